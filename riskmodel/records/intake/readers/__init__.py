"""Readers: one module per kind of table, each of which returns a raw table."""
