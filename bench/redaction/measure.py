"""Recall, precision and speed of a redactor on lines whose secrets are marked."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scipy.stats import binomtest

from heard.gate.redact import PLACEHOLDERS, Redactor
from heard.gate.redact.names import merged

KINDS = {
    "n": "name", "e": "e-mail", "p": "phone", "c": "card",
    "i": "account", "a": "address", "z": "postcode", "o": "order",
}  # fmt: skip
FORMAL = ("e", "p", "c", "i", "o")
MARK = re.compile(r"\{([a-z]):([^}]*)\}")
Span = tuple[int, int]
Engine = Callable[[str], list[Span]]


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `secrets` are (kind, start, end) in the plain text."""

    text: str
    secrets: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Share:
    """A share of `n` with its exact 95 % interval (Clopper and Pearson 1934)."""

    hits: int
    n: int

    @property
    def value(self) -> float:
        """NaN when there is nothing."""
        return self.hits / self.n if self.n else float("nan")

    def to_json(self) -> dict[str, float]:
        """Value, bounds and n."""
        bounds = binomtest(self.hits, self.n).proportion_ci(0.95, "exact")
        return {"value": round(self.value, 4), "low": round(bounds.low, 4), "high": round(bounds.high, 4), "n": self.n}

    def __str__(self) -> str:
        told = self.to_json()
        return f"{told['value']:.2f} [{told['low']:.2f}, {told['high']:.2f}]"


def read(path: Path) -> list[Line]:
    """Lines of a file; comments and empty lines left out."""
    held = path.read_text(encoding="utf-8").splitlines()
    return [_line(one.replace("\\n", "\n")) for one in held if one and not one.startswith("#")]


def _line(marked: str) -> Line:
    text, secrets, at = "", [], 0
    for found in MARK.finditer(marked):
        text += marked[at : found.start()]
        secrets.append((found[1], len(text), len(text) + len(found[2])))
        text += found[2]
        at = found.end()
    return Line(text + marked[at:], tuple(secrets))


def halves(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """Open lines, which may be looked at, and held-out ones, which may not: every second one of each."""
    return list(lines[0::2]), list(lines[1::2])


def heard_engine() -> Engine:
    """Heard's own redaction; its placeholders are led back to spans of the text."""
    redactor = Redactor()
    return lambda text: spans_of(text, redactor.redact(text).text)


_PLACEHOLDER = re.compile("(" + "|".join(re.escape(one) for one in PLACEHOLDERS) + ")")


def spans_of(text: str, redacted: str) -> list[Span]:
    """Where the placeholders of a redacted text stood in the text."""
    parts = _PLACEHOLDER.split(redacted)
    pattern = "".join("(.+?)" if i % 2 else re.escape(part) for i, part in enumerate(parts))
    found = re.fullmatch(pattern, text, re.S)
    return [found.span(i + 1) for i in range(len(parts) // 2)] if found else []


@dataclass(frozen=True, slots=True)
class Result:
    """What an engine did with some lines."""

    recall: dict[str, Share]
    precision: Share
    lines_per_second: float
    missed: tuple[str, ...]
    wrong: tuple[str, ...]

    def over(self, kinds: Sequence[str]) -> Share:
        """Recall over several kinds."""
        found = [self.recall[kind] for kind in kinds if kind in self.recall]
        return Share(sum(one.hits for one in found), sum(one.n for one in found))


def measured(engine: Engine, lines: Sequence[Line]) -> Result:
    """Run an engine. A secret is found when each of its letters and digits was taken out; a span that touches no
    secret is wrong."""
    begun = time.perf_counter()
    told = [engine(line.text) for line in lines]
    seconds = time.perf_counter() - begun
    hits: dict[str, list[bool]] = {}
    right, missed, wrong = [], [], []
    for line, spans in zip(lines, told, strict=True):
        gone = {i for start, end in spans for i in range(start, end)}
        for kind, start, end in line.secrets:
            is_found = all(i in gone for i in range(start, end) if line.text[i].isalnum())
            hits.setdefault(kind, []).append(is_found)
            missed += [] if is_found else [f"{kind}: {line.text}"]
        for span in merged(spans):
            is_right = any(start < span[1] and span[0] < end for _, start, end in line.secrets)
            right.append(is_right)
            wrong += [] if is_right else [f"{line.text[slice(*span)]}: {line.text}"]
    recall = {kind: Share(sum(found), len(found)) for kind, found in sorted(hits.items())}
    return Result(recall, Share(sum(right), len(right)), len(lines) / seconds, tuple(missed), tuple(wrong))
