"""Upkeep of the stored history: retries, expiry, renames."""
