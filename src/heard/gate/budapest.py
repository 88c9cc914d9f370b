"""`check`: each purpose has its own basis, notice, objection path, clock, proportionality and owner (T10).

Named after the Budapest Bank decision (NAIH-85-3/2022), whose failures these are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from heard.gate import audit, features, laws, printed, signing
from heard.gate.consent import rests_on_consent
from heard.gate.policy import Policy
from heard.gate.template import DEFAULT_PURPOSES
from heard.gate.workspace import Workspace

_NEEDED = {
    "legal_basis": "has no legal basis (Art. 6 GDPR)",
    "notice": "has no notice text (Art. 12 and 13 GDPR)",
    "objection": "has no way to object (Art. 21 GDPR)",
    "retention_days": "has no retention clock (Art. 5(1)(e) GDPR)",
    "proportionality": "has no note on proportionality (Art. 5(1)(c) GDPR)",
    "owner": "has no owner who answers for it (Art. 24 GDPR)",
}
_VAGUE = {"quality", "quality purposes", "quality assurance", "for quality purposes", "training", "service improvement"}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is missing or doubtful.

    Attributes:
        level: "red" fails the check, "note" asks for a look.
        place: Where in `heard.toml`, or "audit".
        text: What is wrong, in a sentence.
    """

    level: str
    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.level}: {self.place}: {self.text}"


def check(workspace: Workspace) -> list[Finding]:
    """Everything that is missing in a workspace, red findings first; an empty list says that nothing is."""
    found = check_policy(workspace.policy)
    if not audit.verify(workspace).is_sound:
        found.append(Finding("red", "audit", "the chain of the audit log is broken; see heard audit verify."))
    today = workspace.now().date()
    found += [
        Finding("red", f"features.{name}", f"the review of its opening was due on {one.review_on}; it is closed.")
        for name, one in features.standing(workspace).items()
        if one.is_overdue(today)
    ]
    found += _oversight(workspace, today)
    return sorted(found, key=lambda one: (one.level != "red", one.place))


def _oversight(workspace: Workspace, today: date) -> Iterator[Finding]:
    """Papers that no longer say what is in force, sign-offs that are past due, and a file of laws nobody looked at."""
    papers = printed.printed(workspace)
    if papers and printed.is_out_of_date(workspace):
        yield Finding("red", "papers", f"those of {papers.written_on} are of another configuration; see heard papers.")
    elif papers:
        yield from (Finding("note", "papers", f"leave open: {gap}.") for gap in papers.gaps)
    for name, one in signing.signed(workspace).items():
        purpose = workspace.policy.purposes.get(name)
        if purpose is not None and one.is_overdue(today):
            yield Finding("red", f"purposes.{name}", f"the review of its sign-off was due on {one.review_on}.")
        elif purpose is not None and not one.is_of(purpose):
            yield Finding("note", f"purposes.{name}", f"was changed since {one.by} signed it off; see heard sign.")
    if laws.review_due_on() < today:
        yield Finding("note", "laws", f"their dates were last looked at on {laws.reviewed_on()}; get a newer Heard.")


def check_policy(policy: Policy) -> list[Finding]:
    """The part of the check that needs the configuration only."""
    found = [] if policy.purposes else [Finding("red", "purposes", "there is no purpose, so nothing may be read.")]
    for name, purpose in policy.purposes.items():
        for field, text in _NEEDED.items():
            value = getattr(purpose, field)
            if value is None or not str(value).strip():
                found.append(Finding("red", f"purposes.{name}.{field}", f"the purpose {text}."))
        if purpose.notice.strip().lower().rstrip(".") in _VAGUE:
            found.append(Finding("red", f"purposes.{name}.notice", "the notice says only that it is for quality."))
        if rests_on_consent(purpose):
            told = "rests on consent: only customers on a list taken in by heard consent are read for it."
            found.append(Finding("note", f"purposes.{name}.legal_basis", told))
        if purpose.retention_days and purpose.retention_days > policy.retention.label_days:
            found.append(Finding("note", f"purposes.{name}.retention_days", "is longer than labels are kept."))
    found += _blurred(policy)
    return found


def _blurred(policy: Policy) -> list[Finding]:
    """Two purposes with one notice are not told apart (Art. 5(1)(b)); a template's notice must be published."""
    found: list[Finding] = []
    seen: dict[str, str] = {}
    for name, purpose in policy.purposes.items():
        text = " ".join(purpose.notice.lower().split())
        if text and text in seen:
            found.append(Finding("red", f"purposes.{name}.notice", f"is the same as that of {seen[text]}."))
        seen.setdefault(text, name)
    return found


def uses_template(policy: Policy) -> list[str]:
    """Purposes whose notice is still the one that `heard init` wrote: right only when it is published as it stands."""
    return [
        name
        for name, p in policy.purposes.items()
        if name in DEFAULT_PURPOSES and p.notice == DEFAULT_PURPOSES[name].notice
    ]
