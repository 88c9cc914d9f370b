"""The words of the customer to which a turn belongs: the `context` column that signals read."""

import pyarrow as pa

MAX_CHARACTERS = 2000
"""The newest characters of a block that are kept as context."""


def with_context(turns: pa.Table) -> pa.Table:
    """The turns with a column `context`: the words of the nearest run of customer turns before each turn.

    Args:
        turns: Columns interaction_id, position, speaker_role, text, in any order of rows.

    Returns:
        The same rows in the same order. For a customer's turn it is the earlier turns of its own block, else the block
        before; "" where the customer has not spoken yet. Turns of a system neither end a block nor belong to one.
    """
    interaction, position, roles, texts = (
        turns.column(n).to_pylist() for n in ("interaction_id", "position", "speaker_role", "text")
    )
    contexts = [""] * turns.num_rows
    block: list[str] = []
    is_open, last = False, None
    for i in sorted(range(turns.num_rows), key=lambda i: (interaction[i], position[i])):
        if interaction[i] != last:
            block, is_open, last = [], False, interaction[i]
        contexts[i] = "\n".join(block)[-MAX_CHARACTERS:]
        if roles[i] == "customer":
            block = [*(block if is_open else []), texts[i] or ""]
        if roles[i] != "system":
            is_open = roles[i] == "customer"
    column = pa.array(contexts, pa.string())
    at = turns.schema.get_field_index("context")
    return turns.append_column("context", column) if at < 0 else turns.set_column(at, "context", column)
