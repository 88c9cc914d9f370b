"""Calibration: the agreement card, what is left to settle, and the gold set."""

from typing import Annotated, cast

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from heard.actions.review import progress
from heard.actions.review.disagreement import Choice
from heard.actions.review.progress import Pair, pairs
from heard.errors import BadInput
from heard.flow.serving import calibrating, gold, reviewing, words
from heard.web.app import render
from heard.web.app.doors import Asked, needs

router = APIRouter(include_in_schema=False)


@router.get("/agreement")
def card(asked: Annotated[Asked, needs("see_agreement")]) -> Response:
    """The card, or what is missing until there is one."""
    made = calibrating.card(asked.house)
    open_ones = [one for one in pairs(asked.house.workspace) if one.found and one.verdict is None]
    severity = calibrating.own_severity(asked.house, asked.person.person_id)
    return render.page(
        asked,
        "agreement.html.j2",
        title="Agreement",
        card=made,
        open_ones=open_ones,
        severity=severity,
        least_read=progress.LEAST_READ,
        least_double=progress.LEAST_DOUBLE,
        badge=progress.badge(asked.house.workspace),
    )


@router.get("/agreement/{draw_id}")
def differences(asked: Annotated[Asked, needs("adjudicate")], draw_id: str) -> Response:
    """Two readings side by side, difference by difference."""
    pair = _pair(asked, draw_id)
    shown = words.conversation(asked.house, asked.person, pair.interaction_id, is_blind=True, purpose=reviewing.PURPOSE)
    texts = {turn.turn_id: turn for turn in shown.turns}
    return render.page(asked, "adjudicate.html.j2", title="Settle", pair=pair, one=shown, texts=texts)


@router.post("/agreement/{draw_id}")
def settle(asked: Annotated[Asked, needs("adjudicate")], draw_id: str) -> Response:
    """Settle every difference."""
    chosen = {key: value for key, value in asked.form.items() if value in ("first", "second")}
    reviewing.adjudicate(asked.house, asked.person, draw_id, cast(dict[str, Choice], chosen))
    return RedirectResponse("/agreement", status_code=303)


@router.get("/gold.jsonl")
def gold_set(asked: Annotated[Asked, needs("export")]) -> Response:
    """The business's own gold set in the format of the codebook; it holds words, so the look is noted."""
    if not asked.person.may("read_words"):
        raise BadInput("gold set", got="a role without words", expected="one that may read words")
    headers = {"Content-Disposition": 'attachment; filename="gold.jsonl"'}
    return Response(gold.lines(asked.house, asked.person), media_type="application/jsonl", headers=headers)


def _pair(asked: Asked, draw_id: str) -> Pair:
    found = next((one for one in pairs(asked.house.workspace) if one.draw_id == draw_id), None)
    if found is None:
        raise BadInput("adjudication", got="an unknown id", expected="a conversation that two have read")
    return found
