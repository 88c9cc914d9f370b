"""Wide survey exports: one row a response, one column a question. Columns become items, cells become answers.

A file is read twice: the first reading finds what each column holds and every value off its scale, the second gives
the rows. So a fault of row 900,000 is told before anything is handed over, with the number of rows that have it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from heard.errors import BadInput
from heard.sources.base import Row
from heard.sources.table_guess import slug
from heard.sources.table_rows import scale_of
from heard.terms.batch import Window
from heard.terms.instruments import Declared, declared, of_wording
from heard.terms.instruments.declared import is_why
from heard.terms.instruments.registry import BARE, find_item
from heard.terms.instruments.shape import Item

Kind = Literal["rating", "comment"]
MAX_ITEM_CHARACTERS = 60
YES = frozenset({"yes", "ja", "sí", "si", "oui", "true"})
NO = frozenset({"no", "nein", "non", "false"})


@dataclass(frozen=True, slots=True)
class Response:
    """One respondent's row, as a vendor's reader understood its own columns.

    Attributes:
        id: The vendor's id of the response.
        answers: Column → cell; only columns of questions.
        known_names: Personal strings of the row's other columns.
    """

    id: str
    answered_at: datetime | None
    answers: Mapping[str, Any]
    interaction_id: str | None = None
    customer_id: str | None = None
    invitation_id: str | None = None
    known_names: tuple[str, ...] = ()


@dataclass(slots=True)
class Question:
    """A column with what the first reading found in it."""

    column: str
    text: str
    told: Declared
    item_id: str
    item: Item | None
    kind: Kind | None = None
    off_scale: int = 0
    unreadable: int = 0
    answered: int = 0
    labels: Mapping[str, float] = field(default_factory=dict)


Again = Callable[[], Iterable[Response]]


def answers(
    again: Again, texts: Mapping[str, str], options: Mapping[str, str], *, survey: str, window: Window, where: str,
    left_out: Counter[str],
) -> Iterator[Row]:  # fmt: skip
    """Rows of `survey_answer`, item by item.

    Args:
        again: Reads all responses from the start, as often as it is called.
        texts: Column → question as it was asked; only columns of questions, in the file's order.
        options: "instrument" for all columns; "item.COLUMN" names an item of the bank, or the business's own, and
            "scale.COLUMN" the scale of one column; "scale" and "polarity" those of all columns outside the bank.
        survey: Name of the instrument where neither the options nor the wording say one.
        window: By time of answering.
        where: File, for errors.
        left_out: Counted in.

    Raises:
        BadInput: A column with several meanings (a bare CSAT), a value off its scale, a scale or polarity that
            contradicts the instrument.
    """
    questions = _questions(texts, options, survey)
    for response in again():
        for question in questions:
            _look(question, response.answers.get(question.column))
    _judge(questions, where)
    for response in again():
        yield from _rows(response, questions, window, left_out)


def _questions(texts: Mapping[str, str], options: Mapping[str, str], survey: str) -> list[Question]:
    known = {*texts, *(slug(column) for column in texts)}
    for option in options:
        part, _, column = option.partition(".")
        if part in ("item", "scale") and column and column not in known:
            raise BadInput(
                f"option {part}.{column[:40]}", got="no such column", expected=", ".join(c[:40] for c in texts)
            )
    found = [_question(column, text, options, survey) for column, text in texts.items()]
    seen: Counter[str] = Counter()
    for question in found:
        seen[question.item_id] += 1
        if seen[question.item_id] > 1:
            question.item_id = f"{question.item_id}_{seen[question.item_id]}"
    return found


def _question(column: str, text: str, options: Mapping[str, str], survey: str) -> Question:
    named = options.get(f"item.{column}") or options.get(f"item.{slug(column)}")
    scale = options.get(f"scale.{column}") or options.get(f"scale.{slug(column)}")
    found = find_item(named) if named else of_wording(text)
    instrument = options.get("instrument") or (found[0].name if found else None)
    low, high = scale_of({"scale": scale or ("" if instrument else options.get("scale", ""))})
    polarity = None if instrument else options.get("polarity")
    if found is None and not named and slug(text or column) in BARE:
        declared(slug(text or column))  # a bare CSAT or CES: refused with its choices
    told = declared(instrument or survey, low=low, high=high, polarity=polarity, wording=text)
    item = found[1] if found else None
    own = [one for one in told.known.ratings if item is None or one.id == item.id] if told.known else []
    if told.known and item is None and len(own) == 1 and not is_why(text):
        return Question(column, text, told, own[0].id, own[0])
    item_id = item.id if item else "why" if is_why(text) else slug(named or text or column)[:MAX_ITEM_CHARACTERS]
    return Question(column, text, told, item_id or slug(column) or "question", item, labels=_labels(item))


def _labels(item: Item | None) -> dict[str, float]:
    """Words of anchors in every language → their point."""
    if item is None:
        return {}
    return {text.casefold(): float(point) for point, told in item.anchors.items() for text in told.values()}


def _look(question: Question, cell: Any) -> None:
    """Learn what a column holds from one more cell: one cell of words makes it a comment, unless it is of the bank."""
    if _is_empty(cell):
        return
    question.answered += 1
    value = _number(question, cell)
    if value is None:
        if question.item is None or not question.told.known:
            question.kind = "comment"
        else:
            question.unreadable += 1
        return
    question.kind = question.kind or "rating"
    low, high = _bounds(question)
    if low is not None and high is not None and not low <= value <= high:
        question.off_scale += 1


def _judge(questions: Sequence[Question], where: str) -> None:
    for question in questions:
        if question.kind == "comment" and question.told.known is None:
            continue
        low, high = _bounds(question)
        place = f"{where}, item {question.item_id}"
        if question.off_scale and question.kind == "rating":
            raise BadInput(
                "survey value", where=place, got=f"values off the scale ({question.off_scale:,} of "
                f"{question.answered:,} answers)", expected=f"{low:g} to {high:g}",
                todo=f"Was it asked on another scale? Set scale.{question.column[:40]}=, or name another instrument.",
            )  # fmt: skip
        if question.unreadable and question.kind == "rating":
            raise BadInput(
                "survey value", where=place, got=f"words in a column of ratings ({question.unreadable:,} of "
                f"{question.answered:,} answers)", expected="numbers, or the words of the scale's ends",
                todo="Export numeric values instead of choice texts.",
            )  # fmt: skip
        if question.unreadable:
            question.kind = "comment"


def _bounds(question: Question) -> tuple[float | None, float | None]:
    told, item = question.told, question.item
    if item is not None and item.scale is not None and (told.known is None or told.low is None):
        return item.scale.low, item.scale.high
    return told.low, told.high


def _is_empty(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip()) or cell != cell


def _number(question: Question, cell: Any) -> float | None:
    """The value of a cell: a number, an anchor's words, "5 - strongly agree", or yes and no as 1 and 0."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    text = str(cell).strip().casefold()
    if text in question.labels:
        return question.labels[text]
    head = text.split(" ", 1)[0].rstrip(".:)-–")
    for one in (text.replace(",", "."), head if question.item is not None else ""):
        try:
            value = float(one)
        except ValueError:
            continue
        return value if value == value and abs(value) < 1e9 else None
    if question.item is not None and question.item.scale and question.item.scale.points == (0, 1):
        return 1.0 if text in YES else 0.0 if text in NO else None
    return None


def _rows(response: Response, questions: Sequence[Question], window: Window, left_out: Counter[str]) -> Iterator[Row]:
    if not window.holds(response.answered_at):
        left_out["outside the window"] += 1
        return
    given = 0
    for question in questions:
        cell = response.answers.get(question.column)
        if not _is_empty(cell):
            given += 1
            yield _row(response, question, cell)
    if not given:
        left_out["response without an answer"] += 1


def _row(response: Response, question: Question, cell: Any) -> Row:
    low, high = _bounds(question)
    is_rating = question.kind == "rating"
    scale = question.item.scale if question.item else None
    return {
        "answer_id": f"{response.id}/{question.column}",
        "invitation_id": response.invitation_id,
        "interaction_id": response.interaction_id,
        "customer_id": response.customer_id,
        "instrument": question.told.name,
        "instrument_version": question.told.version,
        "item_id": question.item_id,
        "value": _number(question, cell) if is_rating else None,
        "scale_low": low if is_rating else None,
        "scale_high": high if is_rating else None,
        "polarity": (question.told.polarity or (scale.polarity if scale else None)) if is_rating else None,
        "verbatim": None if is_rating else str(cell).strip(),
        "answered_at": response.answered_at,
        "known_names": list(response.known_names),
    }
