"""The public survey form: one page, signed links, each accepted once; it cannot read a workspace."""
