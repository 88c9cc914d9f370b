"""Own surveys: the plan whom to ask, its links and form, and the answers that came back."""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from heard import gate
from heard.actions.surveys import inbox, links
from heard.actions.surveys.links import Link
from heard.actions.surveys.plan import Plan, Wish, plan
from heard.actions.surveys.strata import FRAME
from heard.errors import BadInput
from heard.flow.steps import working_in
from heard.sources.base import batches_of
from heard.terms.batch import Batch
from heard.terms.days import day_of
from heard.terms.instruments import Instrument, find

SURVEY = "survey"
SOURCE = "heard_survey"
DAY_S = 86_400
LAST = "SELECT max(coalesce(closed_epoch_s, opened_epoch_s)) AS last FROM interaction"
BARRED = "SELECT DISTINCT customer_id AS id FROM survey_invitation WHERE customer_id IS NOT NULL AND sent_at >= ?"
ASKED = "SELECT DISTINCT interaction_id AS id FROM survey_invitation WHERE interaction_id IS NOT NULL"
HISTORY = """
SELECT count(*) AS asked, count(*) FILTER (invitation_id IN (
  SELECT invitation_id FROM survey_answer WHERE invitation_id IS NOT NULL)) AS answered
FROM survey_invitation WHERE sent_at < ?
"""
SETTLED_DAYS = 14
"""Younger invitations may still be answered, so they say nothing of who answers."""
KNOWN = "SELECT invitation_id, interaction_id, customer_id FROM survey_invitation ORDER BY invitation_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan and, unless it was only tried, where its links and its form lie."""

    plan: Plan
    plan_id: str
    instrument: Instrument
    folder: Path | None

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, without anybody's id."""
        return {
            "ok": True,
            "plan_id": self.plan_id,
            "instrument": f"{self.instrument.name} {self.instrument.version}",
            **self.plan.to_dict(),
            "links": str(self.folder / "links.csv") if self.folder else None,
            "form": str(self.folder / "form") if self.folder else None,
        }

    def to_rows(self) -> list[dict[str, str]]:
        """Strata, for people."""
        return [
            {
                "contacts": s.stratum,
                "there": f"{s.eligible:,}",
                "asked": f"{s.asked:,}",
                "answers expected": f"{s.expected_answers:.0f}",
                "interval then": f"± {100 * s.half_width:.0f} points",
            }
            for s in self.plan.strata
        ]

    def to_lines(self) -> list[str]:
        """What the plan expects, and what was written."""
        told = self.plan
        whose = "as so far" if told.is_own_response else "assumed: too few invitations so far"
        lines = [
            f"{told.asked.num_rows:,} invitations about {told.contact_count:,} contacts; {told.response_share:.0%} are "
            f"expected to answer ({whose}).",
            f"Then a share of one half is known to ± {100 * told.half_width:.0f} points.",
            *(f"Not asked: {n:,} ({why})." for why, n in told.left_out.items()),
        ]
        if self.folder is None:
            return [*lines, "Nothing was stored; leave out --dry-run to send."]
        return [
            *lines,
            f"Links: {self.folder / 'links.csv'} (whoever has a link can answer it)",
            f"Form: heard survey form {self.folder / 'form'}",
        ]


def survey_plan(
    folder: Path,
    wish: Wish,
    *,
    instrument: str = "heard_items",
    since: date | None = None,
    until: date | None = None,
    base: str = "https://survey.example.com",
    dry_run: bool = False,
) -> Planned:
    """Draw whom to ask after which contacts, store the invitations with their chances, write links and form.

    Args:
        folder: The workspace.
        wish: How many, which share for tough contacts, how often a customer at most.
        instrument: Name of an instrument for customers.
        since: First day on which contacts ended; a week before `until` when None.
        until: Day after the last; the day after the newest contact when None.
        base: Address under which the form will be reached.
        dry_run: Only say what would be.

    Raises:
        BadInput: No contact can be asked about, or the instrument is unknown or for staff.
        NotConsented: `heard.toml` has no lawful purpose `survey`.
    """
    asked = find(instrument)
    if asked.about != "customer":
        raise BadInput(
            "instrument", got=instrument, expected="one for customers", todo="See `heard survey instruments`."
        )
    if not re.fullmatch(r"https?://[^\s/]+(/[^\s]*)?", base):
        raise BadInput("address of the form", got="no web address", expected="such as https://survey.example.com")
    with working_in(folder) as workspace:
        now = workspace.now()
        with gate.view(workspace, SURVEY, joins_people=False) as view:
            begin, end = window(view, since, until)
            barred = _ids(view, BARRED, (now - timedelta(days=wish.every_days),))
            history = view.sql(HISTORY, (now - timedelta(days=SETTLED_DAYS),)).to_pylist()[0]
            told = plan(
                view.sql(FRAME, (begin, end)),
                barred,
                _ids(view, ASKED),
                wish,
                history=(history["asked"], history["answered"]),
            )
        plan_id = f"survey-{now:%Y%m%d-%H%M%S}"
        if dry_run:
            return Planned(plan=told, plan_id=plan_id, instrument=asked, folder=None)
        return Planned(
            plan=told, plan_id=plan_id, instrument=asked, folder=_store(workspace, told, plan_id, asked, base, now)
        )


def _ids(view: gate.View, query: str, params: Sequence[Any] = ()) -> list[str]:
    return [str(one) for one in view.sql(query, params)["id"].to_pylist()]


def window(view: gate.View, since: date | None, until: date | None) -> tuple[int, int]:
    """Epoch seconds [since, until) of a span of days; the last week of the data when nothing is said."""
    last = view.sql(LAST).to_pylist()[0]["last"]
    if last is None:
        raise BadInput("contacts", got="none with a date", expected="an import", todo="Run `heard import` first.")
    end = _epoch(until) if until else (int(last) // DAY_S + 1) * DAY_S
    begin = _epoch(since) if since else end - 7 * DAY_S
    if begin >= end:
        raise BadInput("window", got="a first day after the last", expected="since before until")
    return begin, end


def _epoch(day: date) -> int:
    return day_of(day) * DAY_S


def _store(
    workspace: gate.Workspace, told: Plan, plan_id: str, instrument: Instrument, base: str, now: datetime
) -> Path:
    """The form first, then the invitations in one commit, then the links: a crash leaves no link without invitation."""
    where = workspace.folder / "out" / "surveys" / plan_id
    where.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
    form = links.make(where / "form", plan_id=plan_id, business=workspace.policy.name, instrument=instrument)
    rows = told.asked.to_pylist()
    for row in rows:
        row["invitation_id"] = gate.invitation_id(workspace, plan_id, row["interaction_id"])
    gate.admit(
        workspace,
        batches_of(("survey_invitation", _invitation(row, instrument, now)) for row in rows),
        source=SOURCE,
        file_digest=plan_id,
        keep_history=True,
        own_ids=True,
    )
    until = int((now + timedelta(days=links.VALID_DAYS)).timestamp())
    with (where / "links.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["link", "contact", "customer", "help desk", "language", "stratum"])
        for row in rows:
            token = form.sign(Link(row["invitation_id"], row["order_seed"], row["language"] or "en", until))
            link = f"{base.rstrip('/')}/s/{token}"
            writer.writerow(
                [link, row["interaction_id"], row["customer_id"], row["source_url"], row["language"], row["stratum"]]
            )
    (where / "links.csv").chmod(0o600)
    (where / "plan.json").write_text(json.dumps({"plan_id": plan_id, **told.to_dict()}, indent=2), encoding="utf-8")
    return where


def _invitation(row: dict[str, Any], instrument: Instrument, now: datetime) -> dict[str, Any]:
    return {
        "invitation_id": row["invitation_id"],
        "interaction_id": row["interaction_id"],
        "customer_id": row["customer_id"],
        "instrument": instrument.name,
        "instrument_version": instrument.version,
        "sent_at": now,
        "inclusion_probability": row["probability"],
        "order_seed": row["order_seed"],
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """Answers that came in, form by form."""

    admissions: tuple[gate.Admission, ...]
    left_out: dict[str, int] = field(default_factory=dict)

    @property
    def answer_count(self) -> int:
        """Answers that are new."""
        return sum(a.counts.get("survey_answer", {}).get("new", 0) for a in self.admissions)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        batches = [a.batch_id for a in self.admissions if not a.is_repeat]
        return {"ok": True, "new_answers": self.answer_count, "batches": batches, "left_out": self.left_out}

    def to_lines(self) -> list[str]:
        """Lines for a terminal."""
        lines = [f"{self.answer_count:,} new answers."]
        return lines + [f"Left out: {n:,} ({why})." for why, n in self.left_out.items()]


def survey_collect(folder: Path, forms: Sequence[Path] = ()) -> Collected:
    """Take in what came back through the forms: redacted, under the same pseudonyms, each answer once.

    Args:
        folder: The workspace.
        forms: Folders of forms (a copy brought back from another machine); those under `out/surveys` when empty.

    Raises:
        BadInput: A folder holds no form.
    """
    with working_in(folder) as workspace:
        found = list(forms) or sorted((workspace.folder / "out" / "surveys").glob("*/form"))
        with gate.view(workspace, SURVEY, joins_people=False) as view:
            known = {row["invitation_id"]: row for row in view.sql(KNOWN).to_pylist()}
        left_out: Counter[str] = Counter()
        made = []
        for place in found:
            form = links.load(place)
            given = inbox.read(place)
            digest = f"{form.plan_id}/{len(given)}/{max((g.answered_epoch_s for g in given), default=0)}"
            if not given:
                continue
            admission = gate.admit(
                workspace,
                _answers(form.instrument, given, known, left_out),
                source=SOURCE,
                file_digest=digest,
                keep_history=True,
                own_ids=True,
            )
            made.append(admission)
        return Collected(admissions=tuple(made), left_out=dict(left_out))


def _answers(
    instrument: Instrument, given: Sequence[inbox.Given], known: dict[str, dict[str, Any]], left_out: Counter[str]
) -> Iterator[Batch]:
    def rows() -> Iterator[tuple[str, dict[str, Any]]]:
        for one in given:
            invitation = known.get(one.invitation_id)
            if invitation is None:
                left_out["answer to nobody's invitation, or of a customer who objected"] += 1
                continue
            for item in instrument.items:
                if item.id in one.given:
                    yield "survey_answer", _answer(instrument, item.id, one, invitation)

    yield from batches_of(rows())


def _answer(instrument: Instrument, item_id: str, one: inbox.Given, invitation: dict[str, Any]) -> dict[str, Any]:
    item, value = instrument.item(item_id), one.given[item_id]
    return {
        "answer_id": gate.answer_id(one.invitation_id, item_id),
        "invitation_id": one.invitation_id,
        "interaction_id": invitation["interaction_id"],
        "customer_id": invitation["customer_id"],
        "instrument": instrument.name,
        "instrument_version": instrument.version,
        "item_id": item_id,
        "value": float(value) if item.scale else None,
        "scale_low": float(item.scale.low) if item.scale else None,
        "scale_high": float(item.scale.high) if item.scale else None,
        "polarity": item.scale.polarity if item.scale else None,
        "verbatim": None if item.scale else str(value),
        "answered_at": datetime.fromtimestamp(one.answered_epoch_s, UTC),
    }
