"""Tells a small business whether its customers feel heard, what that is worth, and what to do about it this week."""

__version__ = "0.1.0"
