"""Sums of products by group: all that linear models need, small enough to come from one GROUP BY."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heard.errors import BadInput

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Moments:
    """Sums over the rows of each group.

    Attributes:
        names: Of the columns; the first is the constant 1 where there is one.
        products: Shape (groups, columns + 1, columns + 1). Sums of products of the columns and, last, the outcome.
        count: Shape (groups,). Rows.
    """

    names: tuple[str, ...]
    products: Floats
    count: Floats

    @classmethod
    def of(cls, columns: Mapping[str, npt.ArrayLike], outcome: npt.ArrayLike, group: npt.ArrayLike) -> "Moments":
        """From rows, with a constant in front.

        Raises:
            BadInput: Nothing there, different lengths, or missing values.
        """
        y = np.asarray(outcome, float)
        data = np.column_stack([np.ones_like(y), *(np.asarray(v, float) for v in columns.values()), y])
        _check(data, columns)
        codes = np.unique(np.asarray(group), return_inverse=True)[1]
        groups, width = int(codes.max()) + 1, data.shape[1]
        products = np.empty((groups, width, width))
        for i in range(width):
            for j in range(i, width):
                products[:, i, j] = products[:, j, i] = np.bincount(codes, data[:, i] * data[:, j], groups)
        return cls(("constant", *columns), products, np.bincount(codes, minlength=groups).astype(float))

    @classmethod
    def of_sums(
        cls, names: Sequence[str], sums: dict[tuple[str, str], npt.ArrayLike], count: npt.ArrayLike
    ) -> "Moments":
        """From a GROUP BY: sums of products by pair of names (1 for the constant, y for the outcome)."""
        order = ["1", *names, "y"]
        n = np.asarray(count, float)
        products = np.empty((len(n), len(order), len(order)))
        for i, a in enumerate(order):
            for j, b in enumerate(order[i:], i):
                found = n if (a, b) == ("1", "1") else sums.get((a, b), sums.get((b, a)))
                if found is None:
                    raise BadInput("sums", got=f"no sum of {a} and {b}", expected="every pair")
                products[:, i, j] = products[:, j, i] = np.asarray(found, float)
        return cls(("constant", *names), products, n)

    @property
    def total(self) -> Floats:
        """Shape (columns + 1, columns + 1). Over all groups."""
        return np.asarray(self.products.sum(0))

    @property
    def n(self) -> float:
        """Rows."""
        return float(self.count.sum())


def _check(data: Floats, columns: Mapping[str, npt.ArrayLike]) -> None:
    if not len(data):
        raise BadInput("drivers", got="no rows", expected="one row an answer")
    bad = [
        name for place, name in enumerate(("constant", *columns, "outcome")) if not np.isfinite(data[:, place]).all()
    ]
    if bad:
        raise BadInput(
            "drivers", got=f"missing values in {', '.join(bad)}", expected="none", todo="Leave those rows out."
        )
