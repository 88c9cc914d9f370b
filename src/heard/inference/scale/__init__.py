"""Whether several items measure one thing: alpha, omega, and which item does not belong."""

from heard.inference.scale.alpha import ItemFit, Reliability, reliability
from heard.inference.scale.omega import omega_total

__all__ = ["ItemFit", "Reliability", "omega_total", "reliability"]
