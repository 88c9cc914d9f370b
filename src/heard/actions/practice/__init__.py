"""Practice: scenarios, a customer whose next words depend on what the reply did, feedback by behaviour with quotes."""
