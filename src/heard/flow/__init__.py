"""The one place where rooms are joined: check everything, then run, with progress.

Parts are imported when they are first asked for, so that a command loads only what it needs.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from heard.flow.agreeing import agreement
    from heard.flow.asking import survey_collect, survey_plan
    from heard.flow.asking_weekly import survey_week, survey_weeks
    from heard.flow.assisting import (
        assist_check,
        assist_fates,
        assist_init,
        assist_open,
        assist_token,
        assist_tokens,
    )
    from heard.flow.auditing import accept_scorer, audit_groups
    from heard.flow.botting import bot_failures, bot_fixed, bot_routing, bots
    from heard.flow.browsing import explain, moments
    from heard.flow.company import demo
    from heard.flow.consenting import consent, decide, features
    from heard.flow.figuring import figures, readable
    from heard.flow.governing import audit, audit_extract, check, erase, object_, undo
    from heard.flow.importing import import_path, init, options_of, source_rows, understood
    from heard.flow.joining_people import join_people, joined_people, split_people, undo_people
    from heard.flow.keeping import access, backup, restore, retain
    from heard.flow.listening import sample, sample_read
    from heard.flow.modelling import audit_bias, model_card
    from heard.flow.papering import owners, papers, sign
    from heard.flow.practising import practice_play, practice_scenarios
    from heard.flow.reporting import Done, report, run
    from heard.flow.saying import recovery, survey_items, themes
    from heard.flow.scoring import Scored
    from heard.flow.scoring import score_folder as score
    from heard.flow.serving.accounts import first_owner
    from heard.flow.serving.doctor import doctor
    from heard.flow.serving.house import House
    from heard.flow.surveying import gap, instrument_rows
    from heard.flow.watching import watch
    from heard.flow.worth.changes import add_change, changes, trend
    from heard.flow.worth.cohorts import cohorts
    from heard.flow.worth.driving import change_of_mean, drivers
    from heard.flow.worth.friction import decide_friction, friction
    from heard.flow.worth.hazards import hazards
    from heard.flow.worth.joining import joins
    from heard.flow.worth.paying import handed, worth
    from heard.flow.worth.valuing import value

_PART_OF = {
    "practice_play": ("practising", "practice_play"),
    "practice_scenarios": ("practising", "practice_scenarios"),
    "bot_failures": ("botting", "bot_failures"),
    "bot_fixed": ("botting", "bot_fixed"),
    "bot_routing": ("botting", "bot_routing"),
    "bots": ("botting", "bots"),
    "assist_check": ("assisting", "assist_check"),
    "assist_fates": ("assisting", "assist_fates"),
    "assist_init": ("assisting", "assist_init"),
    "assist_open": ("assisting", "assist_open"),
    "assist_token": ("assisting", "assist_token"),
    "assist_tokens": ("assisting", "assist_tokens"),
    "cohorts": ("worth.cohorts", "cohorts"),
    "join_people": ("joining_people", "join_people"),
    "joined_people": ("joining_people", "joined_people"),
    "split_people": ("joining_people", "split_people"),
    "undo_people": ("joining_people", "undo_people"),
    "add_change": ("worth.changes", "add_change"),
    "changes": ("worth.changes", "changes"),
    "trend": ("worth.changes", "trend"),
    "change_of_mean": ("worth.driving", "change_of_mean"),
    "drivers": ("worth.driving", "drivers"),
    "decide_friction": ("worth.friction", "decide_friction"),
    "friction": ("worth.friction", "friction"),
    "value": ("worth.valuing", "value"),
    "joins": ("worth.joining", "joins"),
    "hazards": ("worth.hazards", "hazards"),
    "handed": ("worth.paying", "handed"),
    "worth": ("worth.paying", "worth"),
    "watch": ("watching", "watch"),
    "features": ("consenting", "features"),
    "decide": ("consenting", "decide"),
    "consent": ("consenting", "consent"),
    "Done": ("reporting", "Done"),
    "Scored": ("scoring", "Scored"),
    "access": ("keeping", "access"),
    "backup": ("keeping", "backup"),
    "restore": ("keeping", "restore"),
    "retain": ("keeping", "retain"),
    "House": ("serving.house", "House"),
    "agreement": ("agreeing", "agreement"),
    "accept_scorer": ("auditing", "accept_scorer"),
    "audit_groups": ("auditing", "audit_groups"),
    "audit": ("governing", "audit"),
    "audit_extract": ("governing", "audit_extract"),
    "audit_bias": ("modelling", "audit_bias"),
    "check": ("governing", "check"),
    "demo": ("company", "demo"),
    "erase": ("governing", "erase"),
    "doctor": ("serving.doctor", "doctor"),
    "explain": ("browsing", "explain"),
    "first_owner": ("serving.accounts", "first_owner"),
    "figures": ("figuring", "figures"),
    "import_path": ("importing", "import_path"),
    "init": ("importing", "init"),
    "model_card": ("modelling", "model_card"),
    "moments": ("browsing", "moments"),
    "object_": ("governing", "object_"),
    "options_of": ("importing", "options_of"),
    "readable": ("figuring", "readable"),
    "owners": ("papering", "owners"),
    "papers": ("papering", "papers"),
    "sign": ("papering", "sign"),
    "report": ("reporting", "report"),
    "run": ("reporting", "run"),
    "score": ("scoring", "score_folder"),
    "source_rows": ("importing", "source_rows"),
    "understood": ("importing", "understood"),
    "undo": ("governing", "undo"),
    "gap": ("surveying", "gap"),
    "recovery": ("saying", "recovery"),
    "sample": ("listening", "sample"),
    "sample_read": ("listening", "sample_read"),
    "survey_items": ("saying", "survey_items"),
    "themes": ("saying", "themes"),
    "instrument_rows": ("surveying", "instrument_rows"),
    "survey_collect": ("asking", "survey_collect"),
    "survey_plan": ("asking", "survey_plan"),
    "survey_week": ("asking_weekly", "survey_week"),
    "survey_weeks": ("asking_weekly", "survey_weeks"),
}
"""Name → the part of this room that holds it, and its name there."""

__all__ = [
    "Done",
    "House",
    "Scored",
    "accept_scorer",
    "access",
    "add_change",
    "agreement",
    "assist_check",
    "assist_fates",
    "assist_init",
    "assist_open",
    "assist_token",
    "assist_tokens",
    "audit",
    "audit_bias",
    "audit_extract",
    "audit_groups",
    "backup",
    "bot_failures",
    "bot_fixed",
    "bot_routing",
    "bots",
    "change_of_mean",
    "changes",
    "check",
    "cohorts",
    "consent",
    "decide",
    "decide_friction",
    "demo",
    "doctor",
    "drivers",
    "erase",
    "explain",
    "features",
    "figures",
    "first_owner",
    "friction",
    "gap",
    "handed",
    "hazards",
    "import_path",
    "init",
    "instrument_rows",
    "join_people",
    "joined_people",
    "joins",
    "model_card",
    "moments",
    "object_",
    "options_of",
    "owners",
    "papers",
    "practice_play",
    "practice_scenarios",
    "readable",
    "recovery",
    "report",
    "restore",
    "retain",
    "run",
    "sample",
    "sample_read",
    "score",
    "sign",
    "source_rows",
    "split_people",
    "survey_collect",
    "survey_items",
    "survey_plan",
    "survey_week",
    "survey_weeks",
    "themes",
    "trend",
    "understood",
    "undo",
    "undo_people",
    "value",
    "watch",
    "worth",
]


def __getattr__(name: str) -> Any:
    if name not in _PART_OF:
        raise AttributeError(name)
    part, own = _PART_OF[name]
    return getattr(import_module(f"heard.flow.{part}"), own)
