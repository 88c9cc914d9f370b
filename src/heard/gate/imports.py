"""What was imported, by the digest of the file: the same file again changes nothing (T11)."""

from dataclasses import dataclass

import sqlalchemy as sa

METADATA = sa.MetaData()

import_batch = sa.Table(
    "import_batch",
    METADATA,
    sa.Column("batch_id", sa.Text, primary_key=True),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("file_digest", sa.Text, nullable=False),
    sa.Column("settings_digest", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("manifest", sa.Integer, nullable=False),
    sa.Column("new_count", sa.Integer, nullable=False),
    sa.Column("changed_count", sa.Integer, nullable=False),
    sa.Column("is_undone", sa.Boolean, nullable=False),
)


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One import as it was recorded."""

    batch_id: str
    source: str
    at: str
    manifest: int
    new_count: int
    changed_count: int
    is_undone: bool


_COLUMNS = [import_batch.c[name] for name in ImportRow.__slots__]


def earlier(connection: sa.Connection, source: str, file_digest: str, settings_digest: str) -> str | None:
    """Batch that took in the same file under the same settings; None when there is none."""
    asked = sa.select(import_batch.c.batch_id).where(
        import_batch.c.source == source,
        import_batch.c.file_digest == file_digest,
        import_batch.c.settings_digest == settings_digest,
        import_batch.c.is_undone.is_(False),
    )
    return connection.execute(asked).scalars().first()


def found(connection: sa.Connection, batch_id: str) -> ImportRow | None:
    """An import by its id."""
    row = connection.execute(sa.select(*_COLUMNS).where(import_batch.c.batch_id == batch_id)).first()
    return ImportRow(*row) if row else None


def listed(connection: sa.Connection) -> list[ImportRow]:
    """All imports, oldest first."""
    return [ImportRow(*row) for row in connection.execute(sa.select(*_COLUMNS).order_by(import_batch.c.at))]
