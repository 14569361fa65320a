"""Upkeep of a source's stored rows: retries from quarantine, expiry and renames."""
