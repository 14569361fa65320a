"""Columns of text as sources hold them, and values read from them."""
