"""Delta tables under one manifest, DuckDB over a snapshot, the state database."""
