"""The migrations by number; none imports the present tables."""
