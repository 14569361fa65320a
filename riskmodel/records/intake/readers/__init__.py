"""Readers of source tables, one module per kind."""
