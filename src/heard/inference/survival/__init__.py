"""How long customers stay: curves, comparisons of groups, hazards under changing exposure, competing reasons."""

from heard.inference.survival.cox import Hazards, fit
from heard.inference.survival.curves import Curve, curve, incidence, logrank, restricted_mean
from heard.inference.survival.exposure import Exposed, Histories, exposed
from heard.inference.survival.lives import Lives
from heard.inference.survival.proportional import proportional

__all__ = [
    "Curve", "Exposed", "Hazards", "Histories", "Lives", "curve", "exposed", "fit", "incidence", "logrank",
    "proportional", "restricted_mean",
]  # fmt: skip
