"""Grades fall with failed checks, and a number without a value says why."""

import json
import math

import pytest

from heard.inference.evidence import Check, Estimate, grade_of


def check(passed, **more):
    return Check(name="some check", passed=passed, said="A sentence.", **more)


@pytest.mark.parametrize(
    ("design", "checks", "grade"),
    [
        ("randomised", [], "A"),
        ("randomised", [check("yes", is_needed=True)], "A"),
        ("randomised", [check("no")], "B"),
        ("randomised", [check("no", costs=3)], "D"),  # a broken randomisation leaves a description
        ("quasi-experiment", [check("cannot say", is_needed=True)], "C"),  # a trend that cannot be seen is a doubt
        ("quasi-experiment", [check("cannot say", is_needed=True)] * 3, "C"),  # doubt is counted once
        ("quasi-experiment", [check("cannot say")], "B"),
        ("quasi-experiment", [check("no", costs=0)], "B"),  # a remark
        ("before-after", [check("yes")], "C"),
        ("description", [check("no", costs=3)], "D"),  # nothing falls below D
    ],
)
def test_a_grade_comes_from_the_design_and_its_checks(design, checks, grade):
    assert grade_of(design, checks) == grade


def made(**more):
    given = {"estimand": "Effect.", "value": 1.0, "ci_lower": 0.5, "ci_upper": 1.5, "ci_level": 0.95, "unit": "points"}
    given |= {"n": 10, "method": "difference in means", "design": "randomised", "assumptions": ()}
    return Estimate(**(given | more))


def test_a_nan_needs_a_reason_and_a_value_may_have_none():
    with pytest.raises(ValueError, match="undefined_because"):
        made(value=math.nan)
    with pytest.raises(ValueError, match="undefined_because"):
        made(undefined_because="no reason")


def test_a_crossed_interval_is_refused():
    with pytest.raises(ValueError, match="lower bound"):
        made(ci_lower=2.0)


def test_an_undefined_estimate_is_null_with_its_reason_and_has_no_grade():
    told = Estimate.undefined(
        "One cluster an arm.", estimand="Effect.", unit="points", n=8, method="t", design="randomised"
    ).to_dict()
    assert told["value"] is None
    assert told["grade"] is None
    assert told["undefined_because"] == "One cluster an arm."
    json.dumps(told, allow_nan=False)


def test_an_open_interval_is_null_on_that_side():
    told = made(ci_lower=-math.inf).to_dict()
    assert (told["ci_lower"], told["ci_upper"]) == (None, 1.5)


@pytest.mark.parametrize(("lower", "upper", "answer"), [(0.5, 1.5, True), (-1.0, 1.5, False), (math.nan, 1.5, None)])
def test_zero_is_left_out_only_by_an_interval(lower, upper, answer):
    assert made(ci_lower=lower, ci_upper=upper).excludes_zero is answer
