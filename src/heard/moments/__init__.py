"""The ledger: which moments opened, which reply answered, in which state; boilerplate."""
