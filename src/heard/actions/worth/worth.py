"""The answer to "what is a met moment worth, and does it pay?", never a point alone, with its grade beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from heard.actions.worth.page import figure_table, page_of
from heard.inference.evidence import Estimate, Grade
from heard.inference.evidence.grade import MEANING
from heard.inference.worth import Range, Worth


class Sensitivity(Protocol):
    """What is needed of the regression beside the hazards."""

    @property
    def value(self) -> float:
        """More who leave after missed than after heard, as a share."""

    @property
    def ci_lower(self) -> float:
        """Its lower bound."""

    @property
    def ci_upper(self) -> float:
        """Its upper bound."""

    @property
    def robustness(self) -> float:
        """Partial R² with exposure and outcome that would undo it."""

    @property
    def bounds(self) -> tuple[dict[str, Any], ...]:
        """What is left if an unseen cause were as strong as a known one."""

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What went in; ranges at 95 %."""

    effect: Range
    value: Range
    volume: Range
    reach: float
    cost: float
    margin_share: float
    window_days: int
    horizon_days: int
    design: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a met moment is worth, and what a programme brings in a year; ranges at 90 %.

    Attributes:
        moment: Margin for one contact that is heard in place of missed.
        programme: Margin of a year with the programme, less its cost.
        grade: Of the effect.
        estimate: The hazard ratio behind it; None when an effect was handed in.
        sensitivity: The regression beside it; None where it could not be made.
        beside: Concessions by how contacts went.
        kept: Who stayed, by how contacts went, beside replies and cost to serve.
        doses: Who stayed, by how many apologies and words of sympathy.
        said_of_doses: The same in a sentence.
    """

    moment: Worth
    programme: Worth
    grade: Grade
    estimate: Estimate | None
    given: Given
    currency: str
    sensitivity: Sensitivity | None
    beside: tuple[Mapping[str, Any], ...]
    kept: tuple[Mapping[str, Any], ...] = ()
    doses: tuple[Mapping[str, Any], ...] = ()
    said_of_doses: str = ""
    manifest: int

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        given = {
            name: {"value": r.value, "ci_lower": r.ci_lower, "ci_upper": r.ci_upper, "ci_level": r.level}
            for name, r in (
                ("customers_kept_per_moment", self.given.effect), ("margin_of_a_customer", self.given.value),
                ("missed_contacts_a_year", self.given.volume),
            )
        }  # fmt: skip
        return {
            "ok": True, "currency": self.currency, "grade": self.grade, "grade_meaning": MEANING[self.grade],
            "moment": self.moment.to_dict(), "programme": self.programme.to_dict(),
            "given": given | {
                "reach": self.given.reach, "cost": self.given.cost, "margin_share": self.given.margin_share,
                "window_days": self.given.window_days, "horizon_days": self.given.horizon_days,
                "design": self.given.design,
            },
            "estimate": self.estimate.to_dict() if self.estimate else None,
            "sensitivity": self.sensitivity.to_dict() if self.sensitivity else None,
            "concessions": [dict(row) for row in self.beside],
            "kept": [dict(row) for row in self.kept], "doses": [dict(row) for row in self.doses],
            "manifest": self.manifest,
        }  # fmt: skip

    def said(self) -> list[str]:
        """The answer in sentences."""
        given, c = self.given, self.currency
        cost = f" less {given.cost:,.0f}" if given.cost else ""
        return [
            f"A contact that is heard in place of missed: {_span(self.moment, c, 2)}, evidence {self.grade} "
            f"({MEANING[self.grade]}). Chance that it is above nothing: {self.moment.probability_positive:.0%}.",
            f"A programme that turns {given.reach:.0%} of missed contacts, a year{cost}: "
            f"{_span(self.programme, c, 0)}, evidence {self.grade}. Chance that it pays: "
            f"{self.programme.probability_positive:.0%}.",
            *self._hidden(),
            *([self.said_of_doses] if self.said_of_doses else []),
            f"Margin {given.margin_share:.0%} of revenue, counted over {given.horizon_days} days; a contact matters "
            f"for {given.window_days} days. Ranges hold what the figures leave open, not whether the model is right.",
        ]

    def _hidden(self) -> list[str]:
        told = []
        if self.estimate is not None:
            details = self.estimate.details
            told.append(
                f"Hazard ratio missed against heard {self.estimate.value:.2f} "
                f"({self.estimate.ci_lower:.2f} to {self.estimate.ci_upper:.2f}). E-value {details['e_value']:.2f}, "
                f"of the bound {details['e_value_of_bound']:.2f}: an unseen cause would need that ratio with both."
            )
            told += [check.said for check in self.estimate.checks if check.passed != "yes"]
        if self.sensitivity is not None:
            told.append(
                f"By regression {self.sensitivity.value * 100:+.1f} points leave within the window "
                f"({self.sensitivity.ci_lower * 100:+.1f} to {self.sensitivity.ci_upper * 100:+.1f}); an unseen cause "
                f"that holds {self.sensitivity.robustness:.1%} of what is left of both would undo it."
            )
        return told

    def to_rows(self) -> list[dict[str, str]]:
        """What went in, with intervals."""
        rows = (
            ("customers kept for each contact heard in place of missed", self.given.effect, "{:+.4f}"),
            (
                f"margin of a kept customer in {self.given.horizon_days} days, {self.currency}",
                self.given.value,
                "{:,.2f}",
            ),
            ("missed contacts a year", self.given.volume, "{:,.0f}"),
        )
        return [
            {"given": what, "value": form.format(r.value),
             "interval": f"{form.format(r.ci_lower)} to {form.format(r.ci_upper)}"}
            for what, r, form in rows
        ]  # fmt: skip

    def concession_rows(self) -> list[dict[str, str]]:
        """What was given back, by how contacts went."""
        return [
            {
                "contact": str(row["contact"]), "n": "few" if row["n"] is None else f"{row['n']:,}",
                "given back a contact": "" if row["mean"] is None else f"{row['mean']:,.2f}",
                "interval": "" if row["mean"] is None else f"{row['ci_lower']:,.2f} to {row['ci_upper']:,.2f}",
            }
            for row in self.beside
        ]  # fmt: skip

    def kept_rows(self) -> list[dict[str, str]]:
        """Who stayed, beside what serving took."""
        return [
            {
                "contact": str(row["contact"]), "n": _count(row["n"]), "still there": _share(row),
                "replies": _with_span(row, "replies", 1),
                f"cost to serve, {self.currency}": _with_span(row, "cost", 2) or "state cost_per_reply",
            }
            for row in self.kept
        ]  # fmt: skip

    def dose_rows(self) -> list[dict[str, str]]:
        """Who stayed, by how many apologies and words of sympathy."""
        return [
            {
                "moment": str(row["moment"]), "apologies and sympathy": str(row["apologies and sympathy"]),
                "n": _count(row["n"]), "still there": _share(row),
            }
            for row in self.doses
        ]  # fmt: skip

    def bound_rows(self) -> list[dict[str, str]]:
        """What is left if an unseen cause were as strong as a known one."""
        if self.sensitivity is None:
            return []
        return [
            {"unseen cause as strong as": row["as strong as"], "points left": f"{row['value'] * 100:+.2f}",
             "interval": f"{row['ci_lower'] * 100:+.2f} to {row['ci_upper'] * 100:+.2f}"}
            for row in self.sensitivity.bounds
        ]  # fmt: skip


def page(told: Answer) -> str:
    """The answer as one page without script."""
    body = (
        figure_table("What went in", told.to_rows())
        + figure_table("Given back within the window of a contact", told.concession_rows())
        + figure_table(f"Still there {told.given.window_days} days after a contact, and what it took", told.kept_rows())
        + figure_table("More is not always better: apologies and sympathy", told.dose_rows())
        + figure_table("If an unseen cause were as strong as a known one", told.bound_rows())
    )
    return page_of("What is a met moment worth?", told.said(), body)


def _count(n: int | None) -> str:
    return "few" if n is None else f"{n:,}"


def _share(row: Mapping[str, Any]) -> str:
    if row["value"] is None:
        return ""
    return f"{row['value']:.1%} [{row['ci_lower']:.1%}, {row['ci_upper']:.1%}]"


def _with_span(row: Mapping[str, Any], name: str, digits: int) -> str:
    if row[name] is None:
        return ""
    value, low, high = (f"{row[part]:,.{digits}f}" for part in (name, f"{name}_ci_lower", f"{name}_ci_upper"))
    return f"{value} [{low}, {high}]"


def _span(worth: Worth, currency: str, digits: int) -> str:
    low, middle, high = (f"{v:,.{digits}f}" for v in (worth.ci_lower, worth.median, worth.ci_upper))
    return f"{low} to {high} {currency} (middle {middle}, {worth.ci_level:.0%} range)"
