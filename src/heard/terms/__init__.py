"""The vocabulary: tables, labels, roles, channels, scales and units. Data, no I/O."""
