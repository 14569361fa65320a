"""Columns of text as a source holds them, and the values read from them."""
