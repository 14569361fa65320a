"""Rows of records, from raw columns to acceptance."""
