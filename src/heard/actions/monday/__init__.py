"""The Monday page: one file, two printed pages, from released figures and redacted quotes.

`build` words the inputs as a document; `html`, `pdf`, `markdown` and `json_text` render it, the same bytes each time.
"""
