"""The ledger of moments: where a customer showed a feeling or a hardship, which reply answered, what came next."""
