"""The desk over HTTP: approved lists of a centre, answered in a browser."""
