"""Conformance kits and canaries for authors of parts."""
