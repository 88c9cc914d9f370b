"""Definitions of quantities as data, their figures over a fixed lattice, and intervals."""

from heard.measures.base import Measure
from heard.measures.compute import cells, compute
from heard.measures.lattice import LATTICE, Lattice
from heard.measures.registry import REGISTRY

__all__ = ["LATTICE", "REGISTRY", "Lattice", "Measure", "cells", "compute"]
