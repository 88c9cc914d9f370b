"""One file per system read: foreign records to canonical batches."""
