"""Rows of records: from the raw columns of a source to accepted rows."""
