"""Review by people: a queue drawn with known probabilities, blind marks with quotes, adjudication, a gold set."""
