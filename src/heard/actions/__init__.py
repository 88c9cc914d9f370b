"""What people do with results: the Monday page."""
