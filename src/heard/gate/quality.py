"""What an import is worth: counts of what is wrong with it, and how much is too much."""

from collections import Counter
from dataclasses import dataclass, field

from heard.errors import BadInput

BLOCKING: dict[str, tuple[str, float]] = {
    "missing_ids": ("rows without an id", 0.02),
    "duplicate_ids": ("rows whose id came before in the same file", 0.20),
    "empty_turns": ("turns without words", 0.60),
    "unknown_speakers": ("turns whose speaker is neither customer, agent, bot nor system", 0.20),
    "times_backwards": ("turns that were sent before the turn that they follow", 0.30),
    "times_in_future": ("rows dated more than a day ahead", 0.05),
    "customers_silent": ("turns in a file where nobody is a customer", 0.99),
}
"""Check → what it counts, and the share of rows above which an import is refused. Judgements of ours, not measured."""

REPORTED = ("undated_turns", "orphan_answers", "past_retention", "objecting")
LEAST_ROWS = 20
"""With fewer rows a share says nothing, and nothing is refused."""


@dataclass
class Quality:
    """Counts of an import while it runs.

    Attributes:
        rows: Rows read by table.
        counts: How often each check struck.
        languages: Turns by detected language; "" counts those too short to say.
        roles: Turns by role.
        left_out: Why records are not in the tables, with counts.
    """

    rows: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    roles: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)

    def share(self, check: str) -> float | None:
        """Share of the rows that a check struck; None when there were no rows."""
        of = (
            self.rows["turn"] if check not in ("missing_ids", "duplicate_ids", "times_in_future") else self.rows.total()
        )
        return self.counts[check] / of if of else None

    def judge(self) -> None:
        """Refuse an import that is too broken to say anything.

        Raises:
            BadInput: A check struck more often than BLOCKING allows; the first such check is named.
        """
        for check, (meaning, most) in BLOCKING.items():
            share = self.share(check)
            if share is not None and share > most and self.rows.total() >= LEAST_ROWS:
                raise BadInput(
                    f"quality check {check}",
                    f"{self.counts[check]:,} {meaning} ({share:.0%})",
                    f"at most {most:.0%}",
                    "See that the right file and the right mapping of columns were chosen.",
                )

    def to_dict(self) -> dict[str, object]:
        """Counts and shares as plain values."""
        checks = {name: {"count": self.counts[name], "share": self.share(name)} for name in BLOCKING}
        return {
            "rows": dict(self.rows),
            "checks": checks,
            "reported": {name: self.counts[name] for name in REPORTED},
            "languages": dict(self.languages),
            "roles": dict(self.roles),
            "left_out": dict(self.left_out),
        }

    def to_lines(self) -> list[str]:
        """One line a finding, nothing where nothing struck."""
        lines = [f"{self.counts[name]:,} {meaning}" for name, (meaning, _) in BLOCKING.items() if self.counts[name]]
        lines += [f"left out: {count:,} × {why}" for why, count in self.left_out.items() if count]
        others = sum(n for name, n in self.languages.items() if name not in ("en", ""))
        if others:
            lines.append(f"{others:,} of {self.rows['turn']:,} turns are not in English and are not scored")
        return lines
