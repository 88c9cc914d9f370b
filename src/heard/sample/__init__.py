"""The sample company with its planted effects."""
