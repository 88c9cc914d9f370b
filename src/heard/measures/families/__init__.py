"""The measures, one family a file; the registry finds whatever stands here."""
