"""The desk over HTTP: approved lists, answered in a browser."""
