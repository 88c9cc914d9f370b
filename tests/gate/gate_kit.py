"""A small workspace with invented people, for the tests of the gate."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa

from heard import gate
from heard.terms.batch import Batch

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
BEGIN = datetime(2026, 11, 16, 9, tzinfo=UTC)
INSTANT = pa.timestamp("us", tz="UTC")


def make(tmp_path, **settings):
    settings = {
        "name": "Acme Furniture",
        "timezone": "Europe/Berlin",
        "key_path": tmp_path / "outside" / "acme.key",
    } | settings
    return gate.init(tmp_path / "ws", now=lambda: NOW, **settings)


def turns(*rows):
    """A batch of turns: (interaction, role, speaker, text[, minutes after BEGIN])."""
    position, made = {}, []
    for interaction, role, speaker, text, *after in rows:
        place = position[interaction] = position.get(interaction, -1) + 1
        at = None if after and after[0] is None else BEGIN + timedelta(minutes=after[0] if after else place)
        made.append(
            {
                "turn_id": f"{interaction}-{place}", "interaction_id": interaction, "position": place, "sent_at": at,
                "speaker_role": role, "speaker_id": speaker, "text": text,
            }
        )  # fmt: skip
    schema = pa.schema(
        [
            ("turn_id", pa.string()), ("interaction_id", pa.string()), ("position", pa.int32()), ("sent_at", INSTANT),
            ("speaker_role", pa.string()), ("speaker_id", pa.string()), ("text", pa.string()),
        ]
    )  # fmt: skip
    return Batch("turn", pa.Table.from_pylist(made, schema=schema))


def admit(workspace, *batches, digest="one", source="zendesk", **more):
    return gate.admit(workspace, batches, source=source, file_digest=digest, **more)


def count(workspace, table, purpose="service_quality", **more):
    with gate.view(workspace, purpose, **more) as view:
        return view.sql(f"SELECT count(*) AS n FROM {table}")["n"][0].as_py()


SMALL = (
    ("T1", "customer", "ann@example.org", "My chair is broken and nobody answers"),
    ("T1", "agent", "a1", "I am sorry, I will send a new one today"),
    ("T2", "customer", "bob", "Where is my order please, it is late"),
)
