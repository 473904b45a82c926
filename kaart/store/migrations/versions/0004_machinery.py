"""Rows for matching, the outbox, leases and counters.

Revision: 0004, after 0003.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ENTITY_KINDS = ("organization", "project", "location", "service", "network", "professional", "term", "area")
STATE_CODES = ("delivered", "failed", "set_aside")
STATUSES = ("active", "closed", "gone", "withdrawn", "merged")


def code(name: str, *values: str) -> sa.Enum:
    """A VARCHAR with a named CHECK over these values."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=64)


def upgrade() -> None:
    """Bring the tables one step further."""
    op.create_table(
        "gap_count",
        sa.Column("need", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count >= 1", name=op.f("ck_gap_count_count")),
        sa.PrimaryKeyConstraint("need", "area", "language", "month", name=op.f("pk_gap_count")),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("kind", code("kind", *ENTITY_KINDS), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("text_keys", sa.JSON(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_outbox_written_at"), "outbox", ["written_at"])
    op.create_table(
        "sequence_counter",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sequence_counter")),
    )
    op.create_table(
        "outbox_delivery",
        sa.Column(
            "outbox_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("state", code("state", *STATE_CODES), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_outbox_delivery_attempts")),
        sa.ForeignKeyConstraint(
            ["outbox_id"], ["outbox.id"], name=op.f("fk_outbox_delivery_outbox_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("outbox_id", "target", name=op.f("pk_outbox_delivery")),
    )
    op.create_table(
        "service_facts",
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("text_key", sa.String(length=64), nullable=False),
        sa.Column("status", code("status", *STATUSES), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_service_facts_organization_id")
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_service_facts_service_id")),
        sa.PrimaryKeyConstraint("service_id", name=op.f("pk_service_facts")),
    )
    op.create_index(op.f("ix_service_facts_organization_id"), "service_facts", ["organization_id"])
    op.create_index(op.f("ix_service_facts_text_key"), "service_facts", ["text_key"])


def downgrade() -> None:
    """Take the step back."""
    op.drop_index(op.f("ix_service_facts_text_key"), table_name="service_facts")
    op.drop_index(op.f("ix_service_facts_organization_id"), table_name="service_facts")
    op.drop_table("service_facts")
    op.drop_table("outbox_delivery")
    op.drop_table("sequence_counter")
    op.drop_index(op.f("ix_outbox_written_at"), table_name="outbox")
    op.drop_table("outbox")
    op.drop_table("lease")
    op.drop_table("gap_count")
