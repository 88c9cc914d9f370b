"""Customers with equal histories counted once, and the likelihood of repeat buying over them with its slope."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from heard.inference.value.purchases import Floats, Ints, Purchases


@dataclass(frozen=True, slots=True)
class Alike:
    """Distinct histories with how many customers have each.

    Attributes:
        frequency, recency, age: Shapes (distinct,). Values of each kind, sorted.
        x, t_x, T: Shape (histories,). Places in them.
        count: Shape (histories,). Customers.
    """

    frequency: Floats
    recency: Floats
    age: Floats
    x: Ints
    t_x: Ints
    T: Ints
    count: Floats

    @classmethod
    def of(cls, purchases: Purchases) -> "Alike":
        """Group customers; nothing is rounded."""
        frequency, x = np.unique(purchases.frequency, return_inverse=True)
        recency, t_x = np.unique(purchases.recency, return_inverse=True)
        age, t = np.unique(purchases.age, return_inverse=True)
        keys = (x.astype(np.int64) * len(recency) + t_x) * len(age) + t
        found, count = np.unique(keys, return_counts=True)
        place, t = found // len(age), found % len(age)
        x, t_x = place // len(recency), place % len(recency)
        return cls(frequency, recency, age, x, t_x, t, count.astype(float))

    def loglik(self, parameters: Floats) -> tuple[float, Floats]:
        """Log likelihood, equation (6) of Fader, Hardie & Lee (2005), and its slope in r, alpha, a, b.

        What depends on one of frequency, recency and age alone is computed once for each of its values.
        """
        r, alpha, a, b = parameters
        x, again = self.frequency, self.frequency > 0
        alive_age, alive_last = np.log(alpha + self.age), np.log(alpha + self.recency)
        left = np.full_like(x, -np.inf)
        left[again] = np.log(a) - np.log(b + x[again] - 1)
        per_x = (
            special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha)
            + special.betaln(a, b + x) - special.betaln(a, b)
        )  # fmt: skip
        bought = (r + x)[self.x]
        alive, gone = -bought * alive_age[self.T], left[self.x] - bought * alive_last[self.t_x]
        together = np.logaddexp(alive, gone)
        customers = np.bincount(self.x, self.count, len(x))
        total = float(per_x @ customers + together @ self.count)

        has_left = self.count * np.exp(gone - together)
        stays = self.count - has_left
        by_age, by_last = np.bincount(self.T, stays, len(self.age)), np.bincount(self.t_x, has_left, len(self.recency))
        paced_age = np.bincount(self.T, stays * bought, len(self.age))
        paced_last = np.bincount(self.t_x, has_left * bought, len(self.recency))
        left_by_x = np.bincount(self.x, has_left, len(x))
        digamma = special.digamma
        both = digamma(a + b) - digamma(a + b + x)
        safe = np.where(again, b + x - 1, 1.0)
        slope = np.array([
            (digamma(r + x) - digamma(r) + np.log(alpha)) @ customers - alive_age @ by_age - alive_last @ by_last,
            r / alpha * customers.sum() - (paced_age / (alpha + self.age)).sum()
            - (paced_last / (alpha + self.recency)).sum(),
            both @ customers + left_by_x.sum() / a,
            (digamma(b + x) - digamma(b) + both) @ customers - (left_by_x / safe)[again].sum(),
        ])  # fmt: skip
        return total, slope
