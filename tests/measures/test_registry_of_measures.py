"""Adding a measure is adding a file; two of one name are refused."""

from dataclasses import replace
from types import ModuleType

import pytest

from heard.errors import NotSupported
from heard.measures import REGISTRY, families, registry


def planted(monkeypatch, *modules):
    known = list(registry._modules())
    monkeypatch.setattr(registry, "_modules", lambda: iter([*known, *modules]))


def module_with(**values):
    module = ModuleType("new_family")
    vars(module).update(values)
    return module


def test_every_family_file_is_read():
    names = {module.__name__.rpartition(".")[2] for module in registry._modules()}
    assert {"heard", "latency", "boilerplate", "closure", "speed", "repeat", "perception", "volume", "causes"} <= names
    assert all(module.__name__.startswith(families.__name__) for module in registry._modules())


def test_a_new_file_brings_its_measures(monkeypatch):
    new = replace(REGISTRY["heard_rate"], name="gentle_rate")
    listed = replace(REGISTRY["heard_rate"], name="listed_rate")
    planted(monkeypatch, module_with(GENTLE=new, SEVERAL=(listed,), NUMBER=3))
    found = registry.find()
    assert found.keys() - REGISTRY.keys() == {"gentle_rate", "listed_rate"}
    assert list(found) == sorted(found)


def test_a_measure_that_two_files_import_is_one(monkeypatch):
    planted(monkeypatch, module_with(AGAIN=REGISTRY["heard_rate"]))
    assert registry.find().keys() == REGISTRY.keys()


def test_two_measures_of_one_name_are_refused(monkeypatch):
    planted(monkeypatch, module_with(OTHER=replace(REGISTRY["heard_rate"], value="met")))
    with pytest.raises(NotSupported, match="two measures named heard_rate"):
        registry.find()


def test_the_registry_cannot_be_changed():
    with pytest.raises(TypeError):
        REGISTRY["mine"] = REGISTRY["heard_rate"]  # type: ignore[index]
