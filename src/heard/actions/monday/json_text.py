"""The page as JSON: the document itself, for those who want to draw it their own way."""

import json
from dataclasses import asdict

from heard.actions.monday.document import Document

FORMAT = "heard.monday/1"


def json_text(document: Document) -> str:
    """The document as indented JSON in ASCII, so that no viewer finds markup in it; ends in a line feed."""
    body = {"format": FORMAT, **asdict(document)}
    text = json.dumps(body, ensure_ascii=True, indent=2, allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026") + "\n"
