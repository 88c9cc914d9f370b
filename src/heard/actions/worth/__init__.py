"""What outcomes say, as tables and pages for people."""
