"""What goes with satisfaction and with leaving: regression, importance, agents' part, and why a mean has changed."""

from heard.inference.drivers.decomposition import Change, decompose
from heard.inference.drivers.importance import Importance, importance
from heard.inference.drivers.mixed import Mixed, fit_mixed
from heard.inference.drivers.moments import Moments
from heard.inference.drivers.regression import Regression, collinearity, linear, logistic, without_twins
from heard.inference.drivers.teams import adjusted_means

__all__ = [
    "Change", "Importance", "Mixed", "Moments", "Regression", "adjusted_means", "collinearity", "decompose",
    "fit_mixed", "importance", "linear", "logistic", "without_twins",
]  # fmt: skip
