"""A draft by a language model at an address that the business sets: asked for each time, checked, marked, or not shown.

Off unless `assist.toml` names an address and a recorded decision opened the feature. Redacted words alone leave the
machine. What comes back passes the checks of every suggestion, and may promise no more than the authority table allows.
"""

import re
from collections.abc import Sequence
from typing import Any

from heard.actions.assist.drafts import Draft
from heard.actions.assist.openings import Open
from heard.actions.assist.policy import LanguageModel, Rule
from heard.actions.assist.scoring import Line
from heard.errors import BadInput, MissingExtra

MOST_TURNS = 12
MOST_CHARACTERS = 1_500
INSTRUCTION = (
    "You help a service agent. Write the agent's next message: two to four plain sentences. First say back, in "
    "specific words, what this customer is going through; then what happens next. No flattery, no stock phrases, at "
    "most one apology. Offer only what is listed. Invent no fact, date, name or amount. Placeholders in brackets stay."
)
_SIGN = r"(?:[€£$]|EUR|GBP|USD|CHF)"
_MONEY = re.compile(rf"{_SIGN}\s?(\d[\d.,]*)|(\d[\d.,]*)\s?(?:{_SIGN}|euros?|pounds?|dollars?)", re.I)


def messages(lines: Sequence[Line], opened: Open, options: Sequence[Rule]) -> list[dict[str, str]]:
    """What is sent: the instruction, what may be offered, and the last public turns, redacted."""
    offers = "\n".join(f"- {rule.say}" for rule in options if rule.who == "anyone") or "- nothing beside good service"
    told = f"You may offer:\n{offers}\nThe words to answer first: {opened.words}"
    public = [line for line in lines if line.is_public and line.role != "system"][-MOST_TURNS:]
    spoken = "\n".join(f"{line.role}: {line.text}" for line in public)
    return [{"role": "system", "content": INSTRUCTION}, {"role": "user", "content": f"{told}\n\n{spoken}"}]


def ask(model: LanguageModel, key: str, asked: Sequence[dict[str, str]]) -> str:
    """The model's words.

    Raises:
        MissingExtra: httpx is not installed.
        BadInput: The address does not answer in time, or answers something else.
    """
    try:
        import httpx
    except ImportError:
        raise MissingExtra("httpx", "none", "the extra heard[drafting]", "pip install 'heard[drafting]'") from None
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    body = {"model": model.model, "messages": list(asked), "temperature": 0.4, "max_tokens": 300}
    try:
        answer = httpx.post(
            f"{model.address.rstrip('/')}/chat/completions", json=body, headers=headers, timeout=model.timeout_seconds
        )
        answer.raise_for_status()
        return words_of(answer.json())
    except (httpx.HTTPError, ValueError) as error:
        raise BadInput("language model", got=type(error).__name__, expected="an answer of its address") from None


def words_of(answer: Any) -> str:
    """The text of a chat completion.

    Raises:
        BadInput: It has another shape, or no words.
    """
    try:
        text = answer["choices"][0]["message"]["content"]
    except (KeyError, IndexError, TypeError):
        text = None
    if not isinstance(text, str) or not text.strip() or len(text) > MOST_CHARACTERS:
        raise BadInput("language model", got="another shape, or too many words", expected="a chat completion")
    return text.strip()


def faults_of(text: str, draft: Draft, *, is_canned: bool, most: float) -> tuple[str, ...]:
    """Why a draft may not be shown; none when it may.

    Args:
        text: The model's words.
        draft: What they do in this conversation.
        is_canned: A sentence of them is boilerplate here.
        most: Most money that anyone may give.
    """
    found = {
        "it does not answer what the customer wrote": not draft.answers,
        "it would fit anybody": bool(draft.is_generic) or is_canned,
        "it brushes the customer off": bool(draft.harms),
        "it piles up sympathy": draft.is_overdone,
        f"it promises more than {most:g}": any(amount > most for amount in amounts(text)),
    }
    return tuple(why for why, is_so in found.items() if is_so)


def amounts(text: str) -> list[float]:
    """Sums of money in a text.

    Example:
        >>> amounts("I refund €1,250.50 today, and 20 euros on top")
        [1250.5, 20.0]
    """
    found = (a or b for a, b in _MONEY.findall(text))
    return [float(re.sub(r"[.,](?=\d{3}\b)", "", one).rstrip(".,").replace(",", ".")) for one in found]
