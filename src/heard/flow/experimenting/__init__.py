"""Experiments on a workspace: plan from its past, register, assign, log exposure, judge."""

from heard.flow.experimenting.judging import judge, judge_files
from heard.flow.experimenting.planning import Planned, plan
from heard.flow.experimenting.steps import arm, assignment, expose, register

__all__ = ["Planned", "arm", "assignment", "expose", "judge", "judge_files", "plan", "register"]
