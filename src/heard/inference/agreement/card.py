"""The agreement card: raters held against each other, label by label and moment by moment, with intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from heard.inference.agreement.counts import (
    FIELDS,
    NAMES,
    RATES,
    Flags,
    fits,
    given,
    label_counts,
    moment_counts,
    rate_counts,
)
from heard.inference.agreement.figures import (
    AGREEMENT,
    F1,
    KAPPA,
    PRECISION,
    RECALL,
    SHARE,
    Figure,
    Resamples,
    figure,
)
from heard.inference.agreement.machine import MACHINE, ceiling
from heard.inference.agreement.raters import aligned
from heard.inference.agreement.rendering import sections
from heard.sources.labelled import LabelledConversation

Figures = Mapping[str, Figure]
LABEL_FIGURES = {"kappa": KAPPA, "f1": F1, "precision": PRECISION, "recall": RECALL, "agreement": AGREEMENT}
OPENS_FIGURES = {"opens_f1": F1, "opens_precision": PRECISION, "opens_recall": RECALL}


@dataclass(frozen=True, slots=True)
class Card:
    """Agreement between raters; in every pair "A|B" the first is the reference.

    Attributes:
        raters: Names in order.
        used: Label → rater → how often the rater gave it.
        labels: Label → pair → figure, over turns of the fitting role.
        moments: Pair → figure; plain agreement on moments that open in the same customer block, beside it kappa.
        rates: Name of a rate → rater → figure.
        ceilings: Rater → figures of the ledger's rules on that rater's own turn labels: the best that a machine with
            these rules could reach (CONTRACTS 12). Empty where the machine is not among the raters.
    """

    raters: tuple[str, ...]
    used: Mapping[str, Mapping[str, int]]
    labels: Mapping[str, Mapping[str, Figures]]
    moments: Mapping[str, Figures]
    rates: Mapping[str, Figures]
    ceilings: Mapping[str, Figures]

    def to_json(self) -> dict[str, Any]:
        """The card as one JSON document; every figure has value, low, high and n."""
        return {
            "raters": list(self.raters),
            "labels": {
                name: {"n": dict(self.used[name]), "pairs": {pair: _told(figures) for pair, figures in pairs.items()}}
                for name, pairs in self.labels.items()
            },
            "moments": {pair: _told(figures) for pair, figures in self.moments.items()},
            **{name: _told(figures) for name, figures in self.rates.items()},
            "rule_ceiling": {name: _told(figures) for name, figures in self.ceilings.items()},
        }

    def to_sections(self) -> list[tuple[str, list[dict[str, str]]]]:
        """The card for reading: titled tables whose cells are text."""
        return sections(self)


def _told(figures: Figures) -> dict[str, Any]:
    return {name: figure.to_json() for name, figure in figures.items()}


def card(raters: Mapping[str, Sequence[LabelledConversation]], *, seed: int, resamples: int) -> Card:
    """Compare raters of the same conversations.

    Args:
        raters: Name → labelled conversations; all with the same ids, in any order.
        seed: Of the bootstrap: the same seed gives the same card.
        resamples: Bootstrap resamples of conversations.

    Returns:
        The card with 95 % intervals.

    Raises:
        BadInput: Ids or turns differ, or there is nothing to compare.
    """
    same = aligned(raters)
    names = tuple(same)
    one = next(iter(same.values()))
    draws = Resamples(len(one), seed=seed, resamples=resamples)
    fit, flags = fits(one), {name: given(conversations) for name, conversations in same.items()}
    pairs = list(combinations(names, 2))
    people = [name for name in names if name != MACHINE]
    by_pair = {f"{a}|{b}": _label_figures(flags[a], flags[b], fit, one, draws) for a, b in pairs}
    return Card(
        raters=names,
        used={label: {name: int(flags[name][:, i].sum()) for name in names} for i, label in enumerate(NAMES)},
        labels={label: {pair: found[label] for pair, found in by_pair.items()} for label in NAMES},
        moments={f"{a}|{b}": _moment_figures(same[a], same[b], draws) for a, b in pairs},
        rates=_rate_figures(same, draws),
        ceilings={name: _moment_figures(same[name], ceiling(same[name]), draws) for name in people if MACHINE in same},
    )


def _label_figures(
    first: Flags, second: Flags, fit: Flags, one: Sequence[LabelledConversation], draws: Resamples
) -> dict[str, Figures]:
    starts = np.cumsum([0, *(len(c.turns) for c in one[:-1])])
    counts = label_counts(first, second, fit, starts)
    found: dict[str, Figures] = {}
    for index, label in enumerate(NAMES):
        sums = draws.sums(counts[:, index])
        found[label] = {name: figure(what, counts[:, index], sums) for name, what in LABEL_FIGURES.items()}
    return found


def _moment_figures(
    firsts: Sequence[LabelledConversation], seconds: Sequence[LabelledConversation], draws: Resamples
) -> Figures:
    counts = moment_counts(firsts, seconds)
    sums = {name: draws.sums(table) for name, table in counts.items()}
    opens = {name: figure(what, counts["opens"], sums["opens"]) for name, what in OPENS_FIGURES.items()}
    plain = {name: figure(AGREEMENT, counts[name], sums[name]) for name in FIELDS}
    beside = {f"{name}_kappa": figure(KAPPA, counts[name], sums[name]) for name in FIELDS}
    return {**opens, **plain, **beside}


def _rate_figures(raters: Mapping[str, Sequence[LabelledConversation]], draws: Resamples) -> dict[str, Figures]:
    counts = {name: rate_counts(conversations) for name, conversations in raters.items()}
    return {
        rate: {name: figure(SHARE, table[rate], draws.sums(table[rate])) for name, table in counts.items()}
        for rate in RATES
    }
