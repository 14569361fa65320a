"""New projects from tables of which nothing is known."""
