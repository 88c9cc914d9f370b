"""Writes a new `heard.toml`, with a comment on everything that an owner may want to change."""

import tomlkit
from tomlkit.items import Table

from heard.gate.policy import Policy, Purpose

_COMMENTS = {
    "timezone": "IANA name; weeks begin on Monday in this zone",
    "legal_mode": "eu, uk, us_all_party or other",
    "k": "no figure about fewer customers or answers than this; 5 is the least",
    "min_agents": "no breakdown with fewer agents than this; never applies to the whole business",
    "unanswered_business_hours": "in e-mail and the like, silence counts as missed after so many business hours",
    "repeat_contact_days": "a second contact about the same matter within so many days is a repeat",
    "keep_history": "true takes in conversations that are older than the retention clocks (research, demonstration)",
    "contact": "where customers and staff write about their data; printed in the notices",
    "officer": "data-protection officer; empty when there is none",
    "do_not_measure": "names of measures that are never made here; heard explain MEASURE says what each is",
    "pseudonym_key_path": "keep this file, apart from the workspace: without it old and new data do not join",
}

DEFAULT_PURPOSES = {
    "service_quality": Purpose(
        legal_basis="legitimate interests, Art. 6(1)(f) GDPR",
        notice="We read past conversations with our service by computer to see where customers were not heard. "
        "No decision about you follows from it. You may object at any time.",
        objection="heard object",
        retention_days=396,
        proportionality="Text only, under pseudonyms, in groups of five or more; less would not show its week.",
        owner="the owner of the business",
    ),
    "coaching": Purpose(
        legal_basis="legitimate interests, Art. 6(1)(f) GDPR",
        notice="Some conversations are read again by a person to train our staff. You may object at any time.",
        objection="heard object --purpose coaching",
        retention_days=90,
        proportionality="A few conversations a week, redacted, shown to their own agent; no ranking, no discipline.",
        owner="the lead of the service team",
    ),
    "survey": Purpose(
        legal_basis="legitimate interests, Art. 6(1)(f) GDPR",
        notice="After some contacts we ask whether you felt understood. Answering is up to you, and you may object to "
        "being asked.",
        objection="heard object --purpose survey",
        retention_days=396,
        proportionality="At most one question page per customer in ninety days, drawn by chance; no tracking.",
        owner="the lead of the service team",
    ),
}


def write(policy: Policy) -> str:
    """The text of `heard.toml` for a policy; `policy.parse` reads back the same."""
    document = tomlkit.document()
    document.add(tomlkit.comment("Heard: how this workspace reads and shows. Every value here may be changed."))
    values = policy.model_dump(exclude_none=True)
    for name, value in values.items():
        if isinstance(value, dict):
            continue
        item = tomlkit.item(value)
        if name in _COMMENTS:
            item.comment(_COMMENTS[name])
        document.add(name, item)
    for name, value in values.items():
        if isinstance(value, dict):
            document.add(name, _table(value))
    return tomlkit.dumps(document)


def _table(values: dict[str, object]) -> Table:
    table = tomlkit.table()
    for name, value in values.items():
        table.add(name, _table(value) if isinstance(value, dict) else tomlkit.item(value))
    return table
