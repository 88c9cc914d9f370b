"""No feeling of staff comes in, from whatever signal: the gate asks whose turn a label is about (T7, Art. 5(1)(f))."""

import pyarrow as pa

from heard.errors import NotSupported
from heard.gate.arrays import Array, column, pc
from heard.store import Snapshot
from heard.terms.labels import CUES, EMOTIONS

FEELING = tuple(label.name for label in (*EMOTIONS, *CUES))
"""Labels that only a customer's turn may carry."""
_OTHERS = """
SELECT count(*) AS n FROM stored.turn
WHERE turn_id IN (SELECT turn_id FROM asked) AND speaker_role <> 'customer'
"""


def refuse_feelings(snapshot: Snapshot, tables: dict[str, pa.Table]) -> None:
    """Refuse emotions, cues and moments that are about anybody but a customer.

    Args:
        snapshot: The workspace's stored turns.
        tables: Derived rows that are about to be written.

    Raises:
        NotSupported: Some are about staff, a bot or a system; nothing is written.
    """
    asked = [_labelled(tables["signal"])] if "signal" in tables else []
    asked += [column(tables["moment"], "opens_turn_id", pa.string())] if "moment" in tables else []
    ids = pa.concat_arrays(asked).drop_null() if asked else pa.array([], pa.string())
    if not len(ids):
        return
    found = snapshot.sql(_OTHERS, tables={"asked": pa.table({"turn_id": pc.unique(ids)})})["n"][0].as_py()
    if found:
        raise NotSupported(
            "feelings of staff",
            f"{found} turns of others than customers with an emotion, a cue or a moment",
            "behaviours only",
            "Inferring emotions of people at work is prohibited (AI Act Art. 5(1)(f)); no setting allows it.",
        )


def _labelled(rows: pa.Table) -> Array:
    is_feeling = pc.is_in(column(rows, "label", pa.string()), value_set=pa.array(FEELING, pa.string()))
    return column(rows.filter(is_feeling), "turn_id", pa.string())
