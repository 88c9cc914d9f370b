"""When sympathy is laid on too thick: three or more statements where progress was due (CODEBOOK C)."""

import re
from collections.abc import Iterable

from heard.moments.blocks import Turn

STATEMENTS = 3
STATEMENT = re.compile(
    r"\b(?:sorry|sorries|apolog\w+|regret\w*|heartbroken|devastat\w+|terrible|breaks? my heart|hearts? goes? out"
    r"|can(?:'|’|no)t (?:even )?imagine)\b",
    re.I,
)
"""Words that make one statement of sorrow or sympathy. On the corpus, three in one turn of the window found 9 of 14
moments labelled overdone and no other; of the rest, most drip one apology a turn."""


def is_overdone(turns: Iterable[Turn]) -> bool:
    """Whether one turn says sorry, or how terrible it feels, three times or more.

    Args:
        turns: Reply turns of the window; only those that carry an empathic behaviour hold their words.
    """
    return any(len(STATEMENT.findall(turn.text)) >= STATEMENTS for turn in turns)
