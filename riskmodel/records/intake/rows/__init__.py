"""From raw columns to rows of records."""
