"""The gate: the only door into the workspace, and the only door out."""

from heard.gate import audit
from heard.gate.admission import Admission, admit
from heard.gate.clocks import BusinessClock
from heard.gate.policy import Policy, Purpose
from heard.gate.pseudonym import of as pseudonym_of
from heard.gate.quality import Quality
from heard.gate.redact import REDACTION_VERSION, Redactor
from heard.gate.workspace import Workspace, init, open

__all__ = [
    "REDACTION_VERSION",
    "Admission",
    "BusinessClock",
    "Policy",
    "Purpose",
    "Quality",
    "Redactor",
    "Workspace",
    "admit",
    "audit",
    "init",
    "open",
    "pseudonym_of",
]
