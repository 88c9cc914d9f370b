"""Businesses made by hand or by the sample company, as `flow.worth` reads them."""

import numpy as np
import pyarrow as pa

from heard.flow.worth.reading import UNDATED_DAY, Contacts, Done, Lived
from heard.gate.policy import validated
from heard.inference.survival.exposure import STATES

POLICY = validated({"name": "Kit", "timezone": "UTC", "pseudonym_key_path": "k", "standards": {"margin_share": 0.5}})
STATE_OF = {
    "heard": "heard",
    "generic": "acknowledged only",
    "late": "acknowledged only",
    "missed": "missed",
    "none": "no moment",
}


def made(contacts=(), outcomes=(), *, joined=None, renews=None, count=None, last_day=None, policy=POLICY):
    """A business.

    Args:
        contacts: (customer, day, state) or with further (issue, channel, intensity, replies, apologies).
        outcomes: (customer, day, kind, amount, currency, is_voluntary), from the third on optional.
        joined: Day of joining by customer, as the business says.
    """
    contacts = sorted(contacts, key=lambda c: c[:2])
    outcomes = sorted(outcomes, key=lambda o: o[:2])
    count = count or 1 + max([c[0] for c in contacts] + [o[0] for o in outcomes], default=0)
    full = [(*c, *("delivery", "email", 1, 1, 0)[len(c) - 3 :]) for c in contacts]
    told = [(*o, *(None, "EUR", None)[len(o) - 3 :]) for o in outcomes]
    first = np.full(count, UNDATED_DAY)
    for who, day, *_ in [*outcomes, *contacts]:
        first[who] = day if first[who] == UNDATED_DAY else min(first[who], day)
    stated = np.zeros(count, bool)
    for who, day in (joined or {}).items():
        first[who], stated[who] = day, True
    renewing = np.full(count, UNDATED_DAY)
    for who, day in (renews or {}).items():
        renewing[who] = day
    table = pa.table({
        "issue": [c[3] for c in full], "channel": [c[4] for c in full],
        "intensity": pa.array([c[5] for c in full], pa.int64()),
        "agent_turn_count": pa.array([c[6] for c in full], pa.int64()),
        "sorry_count": pa.array([c[7] for c in full], pa.int64()),
    })  # fmt: skip
    days = [c[1] for c in contacts] or [o[1] for o in outcomes]
    words = lambda i: np.array([*[o[i] for o in told], None], object)[:-1]  # noqa: E731
    return Lived(
        customers=pa.array([f"c{i}" for i in range(count)]), joined=first, joined_is_stated=stated, renews=renewing,
        segment=np.full(count, "unknown", object),
        contacts=Contacts(
            np.array([c[0] for c in contacts], np.int64), np.array([c[1] for c in contacts], np.int64),
            np.array([-1 if c[2] is None else STATES.index(c[2]) for c in contacts], np.int64), table,
        ),
        done=Done(
            np.array([o[0] for o in told], np.int64), np.array([o[1] for o in told], np.int64), words(2),
            np.array([np.nan if o[3] is None else o[3] for o in told], float), words(4), words(5),
            np.full(len(told), None, object), np.full(len(told), None, object),
        ),
        first_day=min(days), last_day=last_day or max(d for *_, d in [(0, c[1]) for c in contacts] + [(0, o[1]) for o in outcomes]),
        undated_count=0, manifest=1, policy=policy,
    )  # fmt: skip


def sampled(monkeypatch, *, seed, planted):
    """The sample company by the labels of its labellers, without its words."""
    import heard.sample.company as company
    from heard.sample import outcomes as consequences

    kept = []
    monkeypatch.setattr(company, "_turns", lambda contact, rng: iter(()))
    monkeypatch.setattr(
        company, "outcomes", lambda desks, *rest: kept.extend(desks) or consequences.outcomes(desks, *rest)
    )
    rows = company.generate(seed=seed, planted=planted)
    number = {row["customer_id"]: i for i, row in enumerate(rows["customer"])}
    day = lambda at: (at.date() - _EPOCH).days  # noqa: E731
    return made(
        [(number[d.customer_id], day(d.opened_at), STATE_OF[d.outcome]) for d in kept],
        [
            (number[o["customer_id"]], day(o["occurred_at"]), o["kind"], o.get("amount"), o.get("currency"), o.get("is_voluntary"))
            for o in rows["outcome"]
        ],
        joined={number[r["customer_id"]]: (r["joined_on"] - _EPOCH).days for r in rows["customer"]},
        count=len(number),
        last_day=(planted.ends_on - _EPOCH).days,
    )  # fmt: skip


from datetime import date  # noqa: E402

_EPOCH = date(1970, 1, 1)
