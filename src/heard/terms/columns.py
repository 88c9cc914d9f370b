"""What a column and a table are: a name, an Arrow type, a privacy class and one sentence."""

from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

Privacy = Literal["key", "pseudonym", "words", "label", "fact", "system"]
"""Privacy class of a column.

key        an opaque id made by the gate from a foreign id (interactions, turns, moments): keyed hash
pseudonym  an opaque id of a person or an account: keyed hash, removed by an objection or an erasure
words      free text, redacted at the gate; never in a log, an error or the transaction log
label      what a reader or a model said about words
fact       an operational fact without a person in it (channel, queue, time, amount)
system     provenance that Heard itself writes
"""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a canonical table; `is_required` columns may not be null."""

    name: str
    type: pa.DataType
    privacy: Privacy
    meaning: str
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One canonical table.

    Attributes:
        key: Columns that name a row; an import with the same key replaces the row.
        partition: Column by which files are split, or None.
        subject: Column that names the customer to whom a row belongs, or None.
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    partition: str | None = None
    subject: str | None = None

    @property
    def schema(self) -> pa.Schema:
        """Arrow schema in column order; required columns are not nullable."""
        return pa.schema([pa.field(c.name, c.type, nullable=not c.is_required) for c in self.columns])

    def column(self, name: str) -> Column:
        """The column of that name; KeyError when there is none."""
        return {c.name: c for c in self.columns}[name]

    def names(self, *privacy: Privacy) -> tuple[str, ...]:
        """Names of the columns in these privacy classes, or of all columns."""
        return tuple(c.name for c in self.columns if not privacy or c.privacy in privacy)
