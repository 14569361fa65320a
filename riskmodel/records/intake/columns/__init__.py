"""Columns of text, and the values read from them."""
