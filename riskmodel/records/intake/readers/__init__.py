"""Readers: one module per kind of table."""
