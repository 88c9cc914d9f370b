"""Parse a request, call `flow`, print."""
