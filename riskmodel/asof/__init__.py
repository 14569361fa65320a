"""Features exactly as of a date."""
