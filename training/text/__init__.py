"""Trains the text signal: `python -m training.text`."""
