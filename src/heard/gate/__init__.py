"""The gate: the only door into the workspace, and the only door out."""

from heard.gate import accounts, audit, desk
from heard.gate.admission import Admission, admit
from heard.gate.budapest import Finding, check, check_policy
from heard.gate.clocks import BusinessClock
from heard.gate.derived import Derivation, Pending, admit_derived, derive, pending
from heard.gate.erasure import Certificate, erase, object_to
from heard.gate.erasure import object_to as object
from heard.gate.invited import answer_id, invitation_id
from heard.gate.policy import Policy, Purpose
from heard.gate.pseudonym import of as pseudonym_of
from heard.gate.quality import Quality
from heard.gate.reading import View, view
from heard.gate.redact import REDACTION_VERSION, Redactor
from heard.gate.release import HIDDEN, Frozen, freeze, released, suppressed
from heard.gate.undoing import Undone, undo
from heard.gate.workspace import Workspace, init, open

__all__ = [
    "HIDDEN",
    "REDACTION_VERSION",
    "Admission",
    "BusinessClock",
    "Certificate",
    "Derivation",
    "Finding",
    "Frozen",
    "Pending",
    "Policy",
    "Purpose",
    "Quality",
    "Redactor",
    "Undone",
    "View",
    "Workspace",
    "accounts",
    "admit",
    "admit_derived",
    "answer_id",
    "audit",
    "check",
    "check_policy",
    "derive",
    "desk",
    "erase",
    "freeze",
    "init",
    "invitation_id",
    "object",
    "object_to",
    "open",
    "pending",
    "pseudonym_of",
    "released",
    "suppressed",
    "undo",
    "view",
]
