"""Finds the measures: every `Measure` in a module of `heard.measures.families`. Adding one is adding a file."""

import importlib
import pkgutil
from collections.abc import Iterator
from types import MappingProxyType, ModuleType

from heard.errors import NotSupported
from heard.measures import families
from heard.measures.base import Measure


def find() -> MappingProxyType[str, Measure]:
    """All measures by name, in the order of their names.

    Raises:
        NotSupported: Two measures share a name.
    """
    found: dict[str, Measure] = {}
    for module in _modules():
        for measure in _measures_in(module):
            if found.setdefault(measure.name, measure) is not measure:
                raise NotSupported("registry of measures", got=f"two measures named {measure.name}", expected="one")
    return MappingProxyType(dict(sorted(found.items())))


def _modules() -> Iterator[ModuleType]:
    for info in pkgutil.iter_modules(families.__path__):
        yield importlib.import_module(f"{families.__name__}.{info.name}")


def _measures_in(module: ModuleType) -> Iterator[Measure]:
    for value in vars(module).values():
        if isinstance(value, Measure):
            yield value
        elif isinstance(value, tuple):
            yield from (item for item in value if isinstance(item, Measure))


REGISTRY: MappingProxyType[str, Measure] = find()
