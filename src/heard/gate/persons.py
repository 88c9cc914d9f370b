"""Persons behind ids: which ids are one customer, by links of stated rules, and how views show it.

A person is a connected set of links. It does not matter in which order links came: the same ones give the same persons.
Rows keep the id under which they came in; only views put the person in its place, so that a split restores everything.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from heard.gate.arrays import flat
from heard.store import Snapshot
from heard.terms.tables import TABLES

CONFIDENCE = {"declared": 1.0, "exact_email": 0.98, "exact_phone": 0.9}
"""How far each rule is trusted. Stated, not measured: mailboxes are shared sometimes, telephones more often."""
MOST_IDS = 3
"""A mailbox or telephone of more ids of one source than this is shared by several people, and joins nobody."""
_CONTACTS = ("exact_email", "exact_phone")
_NODE = """
SELECT customer_id AS one_id, person_id AS as_id FROM stored.person_link WHERE person_id IS NOT NULL
UNION SELECT linked_id, person_id FROM stored.person_link WHERE person_id IS NOT NULL
"""
_MEMBERS = f"""
WITH node AS ({_NODE})
SELECT id FROM asked UNION
SELECT one_id FROM node WHERE as_id IN (SELECT as_id FROM node JOIN asked ON asked.id = node.one_id) ORDER BY 1
"""
_SHOWN = """
SELECT own.* REPLACE (coalesce(node.as_id, own.{column}) AS {column})
FROM ({{rows}}) AS own LEFT JOIN ({node}) AS node ON node.one_id = own.{column}
"""
_UNITED = ("customer", "person_link")
"""`customer` has one row a person; `person_link` is about ids themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Two ids of one customer.

    Attributes:
        source: Source of `customer_id`.
        person_id: Smallest id of the person; None where the link does not count.
        split_batch: The split that parted them; None when it stands.
    """

    customer_id: str
    linked_id: str
    rule: str
    source: str
    batch_id: str
    person_id: str | None = None
    split_batch: str | None = None

    @property
    def confidence(self) -> float:
        """Of its rule."""
        return CONFIDENCE[self.rule]


def resolved(links: Iterable[Link]) -> list[Link]:
    """The links with their persons, whatever the order in which they came.

    A link that was split does not count, nor does any later one between the same ids; nor does one to a shared mailbox
    or telephone.
    """
    every = sorted(links, key=_place)
    parted = {(link.customer_id, link.linked_id) for link in every if link.split_batch}
    shared = _shared(every)
    standing = [
        (link.customer_id, link.linked_id) not in parted and (link.linked_id, link.source) not in shared
        for link in every
    ]
    roots = _Roots()
    for link, stands in zip(every, standing, strict=True):
        if stands:
            roots.join(link.customer_id, link.linked_id)
    return [
        replace(link, person_id=roots.of(link.customer_id) if stands else None)
        for link, stands in zip(every, standing, strict=True)
    ]


def confidences(links: Iterable[Link]) -> dict[str, float]:
    """Person → the weakest rule that is needed to hold the person together."""
    roots, weakest = _Roots(), {}
    for link in sorted((one for one in links if one.person_id), key=lambda one: (-one.confidence, _place(one))):
        if roots.join(link.customer_id, link.linked_id) and link.person_id:
            weakest[link.person_id] = link.confidence
    return weakest


def _place(link: Link) -> tuple[str, ...]:
    return link.customer_id, link.linked_id, link.rule, link.batch_id, link.source, link.split_batch or ""


def _shared(links: Sequence[Link]) -> set[tuple[str, str]]:
    """Mailboxes and telephones with a source in which they belong to too many ids."""
    pairs = {(link.customer_id, link.linked_id, link.source) for link in links if link.rule in _CONTACTS}
    counts = Counter((contact, source) for _, contact, source in pairs)
    return {pair for pair, count in counts.items() if count > MOST_IDS}


class _Roots:
    """Disjoint sets; a set is named by its smallest member."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def of(self, one: str) -> str:
        """Name of the set of an id."""
        root = one
        while (above := self._above.get(root, root)) != root:
            root = above
        while one != root:
            self._above[one], one = root, self._above.get(one, one)
        return root

    def join(self, one: str, other: str) -> bool:
        """Put two sets together; False when they were one."""
        low, high = sorted((self.of(one), self.of(other)))
        self._above[high] = low
        return low != high


def stored(snapshot: Snapshot) -> list[Link]:
    """All links of a workspace."""
    names = ", ".join(Link.__slots__)
    return [Link(**row) for row in snapshot.sql(f"SELECT {names} FROM stored.person_link").to_pylist()]


def members(snapshot: Snapshot, people: Sequence[str]) -> list[str]:
    """These ids with all others of the same persons, sorted."""
    if not people:
        return []
    asked = pa.table({"id": pa.array(people, pa.string())})
    return [str(one) for one in flat(snapshot.sql(_MEMBERS, tables={"asked": asked})["id"]).to_pylist()]


def shown(snapshot: Snapshot) -> dict[str, str]:
    """Table → query that shows persons in place of ids, over the `{rows}` put in; empty where nobody was joined."""
    counted = snapshot.sql("SELECT count(person_id) AS n FROM stored.person_link")
    if not counted["n"][0].as_py():
        return {}
    made: dict[str, str] = {}
    for name, table in TABLES.items():
        columns = [column for column in ("customer_id", "speaker_id") if column in table.names()]
        if name not in _UNITED and columns:
            made[name] = _SHOWN.format(column=columns[0], node=_NODE)
    return made | {"customer": _customers()}


def _customers() -> str:
    """One row a person: the earliest joining, the latest renewal, the first of the other facts in order."""
    grouped = defaultdict(lambda: "min", renews_on="max", imported_at="max")
    names = [c.name for c in TABLES["customer"].columns if c.name != "customer_id"]
    told = ", ".join(f"{grouped[name]}({name}) AS {name}" for name in names)
    ids = _SHOWN.format(column="customer_id", node=_NODE)
    return f"SELECT customer_id, {told} FROM ({ids}) AS known GROUP BY customer_id"


def table_of(links: Sequence[Link], imported_at: object) -> pa.Table:
    """Links as rows of `person_link`."""
    rows = [
        {name: getattr(link, name) for name in Link.__slots__}
        | {"confidence": link.confidence, "source_id": None, "imported_at": imported_at}
        for link in links
    ]
    return pa.Table.from_pylist(rows, schema=TABLES["person_link"].schema)
