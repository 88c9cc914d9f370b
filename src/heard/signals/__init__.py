"""Turn → labels with evidence spans."""
