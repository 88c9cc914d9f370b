"""Tables of people and their keys in the state database. Secrets are kept as digests only."""

import sqlalchemy as sa

from heard.gate.imports import METADATA

person = sa.Table(
    "person",
    METADATA,
    sa.Column("person_id", sa.Text, primary_key=True),
    sa.Column("login", sa.Text, nullable=False, unique=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("agent_id", sa.Text),
    sa.Column("team_id", sa.Text),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("is_active", sa.Boolean, nullable=False),
    sa.Column("failed_count", sa.Integer, nullable=False),
    sa.Column("locked_until_epoch_s", sa.Integer, nullable=False),
    sa.Column("created_at", sa.Text, nullable=False),
)
"""`epoch` goes up when all sessions of a person must end: a new password, another role, a leaver."""
invitation = sa.Table(
    "invitation",
    METADATA,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("agent_id", sa.Text),
    sa.Column("team_id", sa.Text),
    sa.Column("expires_epoch_s", sa.Integer, nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
)
api_token = sa.Table(
    "api_token",
    METADATA,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("token_id", sa.Text, nullable=False, unique=True),
    sa.Column("person_id", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Column("expires_epoch_s", sa.Integer, nullable=False),
)
