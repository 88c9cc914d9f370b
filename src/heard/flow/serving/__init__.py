"""What the app asks for: one open workspace with its released cells and its views, held between requests."""
