"""Trains the models that Heard ships; run from the repository root, outside the wheel."""
