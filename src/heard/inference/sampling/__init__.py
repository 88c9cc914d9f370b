"""What a sample says about the whole: design-based estimates, weights back to the real mix, bounds for the silent."""

from heard.inference.sampling.bounds import Bounded, bounds
from heard.inference.sampling.design import Design, Weighted, mean, ratio, share, total
from heard.inference.sampling.drawing import Drawn, Stratum, allocate, draw
from heard.inference.sampling.position import PositionEffect, position_effects
from heard.inference.sampling.propensity import Responding, response_weights
from heard.inference.sampling.raking import Raked, rake
from heard.inference.sampling.width import expected_half_width, net_interval

__all__ = [
    "Bounded",
    "Design",
    "Drawn",
    "PositionEffect",
    "Raked",
    "Responding",
    "Stratum",
    "Weighted",
    "allocate",
    "bounds",
    "draw",
    "expected_half_width",
    "mean",
    "net_interval",
    "position_effects",
    "rake",
    "ratio",
    "response_weights",
    "share",
    "total",
]
