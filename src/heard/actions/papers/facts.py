"""What papers say, gathered from the running configuration; nothing in it is a person."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from importlib import metadata
from importlib.resources import files
from pathlib import Path
from typing import Any

from heard import measures
from heard.actions.papers.screen import Answer, screened
from heard.gate import Workspace, features, printed, signing
from heard.gate.accounts.roles import MAY, TITLES
from heard.gate.holdings import Holdings, held
from heard.gate.laws import Law, laws, review_due_on, reviewed_on
from heard.gate.policy import Purpose
from heard.gate.redact import card
from heard.gate.template import DEFAULT_PURPOSES
from heard.terms.days import date_of
from heard.terms.labels import BEHAVIORS, Label
from heard.terms.tables import TABLES

LANGUAGES = ("en", "de", "fr", "es")
OPEN_PLACE = "✎"
"""Stands where the configuration does not say something that a paper needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PurposeTold:
    """A purpose in the words of one language; the owner's own words are never translated."""

    name: str
    title: str
    basis: str
    notice: str
    objection: str
    days: str
    proportionality: str
    owner: str
    signed: str
    is_balanced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureTold:
    """A feature that is closed by default; `by`, `reason` and `review_on` are of its last decision."""

    title: str
    is_open: bool
    duties: tuple[str, ...]
    by: str = ""
    reason: str = ""
    review_on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Figures that other parts measured, as text; each says why when there is none."""

    model: str
    agreement: str
    audited: str
    hidden: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that the templates read."""

    business: str
    contact: str
    officer: str
    legal_mode: str
    version: str
    written_on: str
    digest: str
    k: int
    min_agents: int
    text_days: int
    label_days: int
    outcome_days: int
    keeps_history: bool
    do_not_measure: tuple[str, ...]
    features: tuple[FeatureTold, ...]
    is_open: Mapping[str, bool]
    person_view_on: str
    h: Holdings
    redaction: card.Told
    figures: Figures
    screen: tuple[Answer, ...]
    laws: tuple[Law, ...]
    protection: tuple[str, ...]
    laws_overdue: bool
    laws_reviewed: str
    gaps: tuple[str, ...]
    _purposes: Mapping[str, Purpose] = field(repr=False)
    _signed: Mapping[str, str] = field(repr=False)

    @property
    def manifest(self) -> int:
        """Manifest that was counted."""
        return self.h.manifest

    @property
    def asks_all_parties(self) -> bool:
        """Whether every party to a call must say yes first."""
        return self.legal_mode == "us_all_party"

    @property
    def authority(self) -> Mapping[str, str]:
        """Language → whom one may complain to; empty texts where the law names nobody."""
        told: Mapping[str, str] = _texts()["authority"].get(self.legal_mode, dict.fromkeys(LANGUAGES, ""))
        return told

    @property
    def purposes(self) -> tuple[PurposeTold, ...]:
        """All purposes, in English or the owner's words."""
        return tuple(self._told(name, "en") for name in self._purposes)

    def purposes_of(self, kind: str, language: str) -> tuple[PurposeTold, ...]:
        """The purposes that a notice is about: a survey's own where there is one, none of it for calls and staff."""
        names = list(self._purposes)
        if "survey" in names and kind != "website":
            names = ["survey"] if kind == "survey" else [name for name in names if name != "survey"]
        return tuple(self._told(name, language) for name in names)

    @property
    def span(self) -> str:
        """First to last day of the conversations."""
        if self.h.first_day is None or self.h.last_day is None:
            return "undated"
        return f"{_day(self.h.first_day)} to {_day(self.h.last_day)}"

    model = property(lambda self: self.figures.model)
    agreement = property(lambda self: self.figures.agreement)
    audited = property(lambda self: self.figures.audited)
    hidden = property(lambda self: self.figures.hidden)

    @property
    def tables(self) -> tuple[Any, ...]:
        """All canonical tables."""
        return tuple(TABLES.values())

    @property
    def measures(self) -> tuple[Any, ...]:
        """All measures."""
        return tuple(measures.REGISTRY.values())

    @property
    def behaviors(self) -> tuple[Label, ...]:
        """Behaviours that are looked for in replies."""
        return BEHAVIORS

    @property
    def roles(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Roles of the app and what each may do."""
        return tuple((TITLES[role], tuple(sorted(p.replace("_", " ") for p in may))) for role, may in MAY.items())

    @property
    def staff_columns(self) -> tuple[tuple[str, str, str], ...]:
        """Columns that may name a member of staff: table, column, meaning."""
        names = ("agent_id", "first_agent_id", "reply_agent_id", "speaker_id")
        return tuple((t.name, c.name, c.meaning) for t in TABLES.values() for c in t.columns if c.name in names)

    def _told(self, name: str, language: str) -> PurposeTold:
        texts, own = _texts(), self._purposes[name]
        given = DEFAULT_PURPOSES.get(name)
        is_template = given is not None and given.notice == own.notice
        notice = texts[name]["notice"].get(language, own.notice) if is_template else own.notice
        basis = texts["basis"][language] if own.legal_basis == texts["basis"]["en"] else own.legal_basis
        title = texts[name]["title"][language] if name in texts and "title" in texts[name] else name.replace("_", " ")
        return PurposeTold(
            name=name, title=title, basis=basis or OPEN_PLACE, notice=notice or OPEN_PLACE,
            objection=own.objection or OPEN_PLACE, days=str(own.retention_days or OPEN_PLACE),
            proportionality=own.proportionality, owner=own.owner or OPEN_PLACE, signed=self._signed.get(name, "none"),
            is_balanced="6(1)(f)" in own.legal_basis.replace(" ", "") or "legitimate" in own.legal_basis.lower(),
        )  # fmt: skip


@lru_cache(maxsize=1)
def _texts() -> dict[str, Any]:
    return tomllib.loads((files("heard.actions.papers") / "texts" / "purposes.toml").read_text(encoding="utf-8"))


def _day(day: int) -> str:
    return date_of(day).isoformat()


def gather(workspace: Workspace, figures: Figures) -> Facts:
    """Read a workspace's configuration, decisions and counts.

    Args:
        workspace: An open workspace.
        figures: What other parts measured.
    """
    policy, today = workspace.policy, workspace.now().date()
    standing = features.standing(workspace)
    told = {name: _feature(name, standing, today) for name in features.FEATURES}
    is_open = {name: one.is_open for name, one in told.items()}
    signs = {
        name: f"{one.by}, {one.at[:10]}, review by {one.review_on}" for name, one in signing.signed(workspace).items()
    }
    return Facts(
        business=policy.name, contact=policy.contact or f"{OPEN_PLACE} (contact in heard.toml)",
        officer=policy.officer or "none named", legal_mode=policy.legal_mode, version=metadata.version("heard"),
        written_on=today.isoformat(), digest=printed.digest(workspace), k=policy.k, min_agents=policy.min_agents,
        text_days=policy.retention.text_days, label_days=policy.retention.label_days,
        outcome_days=policy.retention.outcome_days, keeps_history=policy.keep_history,
        do_not_measure=policy.do_not_measure, features=tuple(told.values()), is_open=is_open,
        person_view_on=standing["person_view"].at[:10] if is_open["person_view"] else "", h=held(workspace),
        redaction=card.told(), figures=figures, screen=screened(is_open, laws()), laws=tuple(laws().values()),
        protection=_protection(workspace), laws_overdue=review_due_on() < today,
        laws_reviewed=reviewed_on().isoformat(), gaps=tuple(_gaps(workspace)), _purposes=policy.purposes, _signed=signs,
    )  # fmt: skip


def _feature(name: str, standing: Mapping[str, features.Decision], today: date) -> FeatureTold:
    one, last = features.FEATURES[name], standing.get(name)
    if last is None:
        return FeatureTold(title=one.title, is_open=False, duties=one.duties)
    is_open = last.is_open and not last.is_overdue(today)
    return FeatureTold(
        title=one.title, is_open=is_open, duties=one.duties, by=last.by, reason=last.reason, review_on=last.review_on
    )


def _protection(workspace: Workspace) -> tuple[str, ...]:
    place = "INSIDE the folder" if _is_inside(workspace) else "outside the folder"
    return (
        "words are redacted before they are stored",
        f"people stand under keyed pseudonyms; the key lies {place}",
        "folder and files may be read by their owner only",
        "every look at a person's words, every import, decision and export is in a hash-chained log",
        "the app asks for a password (argon2) and a role; sessions end",
    )  # fmt: skip


def _is_inside(workspace: Workspace) -> bool:
    path = Path(workspace.policy.pseudonym_key_path).expanduser()
    path = path if path.is_absolute() else workspace.folder / path
    return workspace.folder.resolve() in path.resolve().parents


def _gaps(workspace: Workspace) -> list[str]:
    """What the configuration does not say although a paper needs it."""
    gaps = [] if workspace.policy.contact else ["contact: where people write about their data"]
    for name, purpose in workspace.policy.purposes.items():
        gaps += [f"purposes.{name}.{part}" for part in ("legal_basis", "notice", "owner") if not getattr(purpose, part)]
    return gaps
