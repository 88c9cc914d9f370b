"""The one place where rooms are joined: check everything, then run, with progress."""

from heard.flow.agreeing import agreement
from heard.flow.browsing import explain, moments
from heard.flow.company import demo
from heard.flow.figuring import figures, readable
from heard.flow.governing import audit, check, erase, object_, undo
from heard.flow.importing import import_path, init, options_of, source_rows, understood
from heard.flow.reporting import Done, report, run
from heard.flow.scoring import Scored
from heard.flow.scoring import score_folder as score

__all__ = [
    "Done",
    "Scored",
    "agreement",
    "audit",
    "check",
    "demo",
    "erase",
    "explain",
    "figures",
    "import_path",
    "init",
    "moments",
    "object_",
    "options_of",
    "readable",
    "report",
    "run",
    "score",
    "source_rows",
    "understood",
    "undo",
]
