"""Texts, provenance, versions, sources, terms and areas.

Revision: 0003, after 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ENTITY_KINDS = ("organization", "project", "location", "service", "network", "professional", "term", "area")
ORIGIN_CODES = ("human", "machine")
KIND_CODES = ("domain", "need", "service_type", "target_group", "sector", "organization_type", "profession", "form")


def code(name: str, *values: str) -> sa.Enum:
    """A VARCHAR with a named CHECK over these values."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=64)


def upgrade() -> None:
    """Bring the tables one step further."""
    op.create_table(
        "area",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("replaced_by", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("retrieved", sa.Date(), nullable=True),
        sa.CheckConstraint("valid_from < valid_until", name=op.f("ck_area_period")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
        sa.UniqueConstraint("code", name=op.f("uq_area_code")),
    )
    op.create_index(op.f("ix_area_system"), "area", ["system"])
    op.create_table(
        "content_text",
        sa.Column("entity_kind", code("entity_kind", *ENTITY_KINDS), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("written_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("origin", code("origin", *ORIGIN_CODES), nullable=False),
        sa.PrimaryKeyConstraint("entity_id", "entity_kind", "field", "language", name=op.f("pk_content_text")),
    )
    op.create_table(
        "do_not_list",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("entity_kind", code("entity_kind", *ENTITY_KINDS), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", "key", "entity_kind", name=op.f("pk_do_not_list")),
    )
    op.create_table(
        "entity_version",
        sa.Column("entity_kind", code("entity_kind", *ENTITY_KINDS), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("diff", sa.JSON(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("undo_of", sa.Integer(), nullable=True),
        sa.CheckConstraint("undo_of < version", name=op.f("ck_entity_version_undo_of")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_entity_version_version")),
        sa.PrimaryKeyConstraint("entity_id", "entity_kind", "version", name=op.f("pk_entity_version")),
    )
    op.create_table(
        "raw_record",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_raw_record")),
        sa.UniqueConstraint("source", "key", "hash", name=op.f("uq_raw_record_source_key_hash")),
    )
    op.create_table(
        "source_key",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("entity_kind", code("entity_kind", *ENTITY_KINDS), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", "key", "entity_kind", name=op.f("pk_source_key")),
    )
    op.create_index(op.f("ix_source_key_entity_id"), "source_key", ["entity_id"])
    op.create_table(
        "source_run",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_source_run")),
    )
    op.create_table(
        "taxonomy_term",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", code("kind", *KIND_CODES), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("replaced_by", sa.String(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_taxonomy_term")),
        sa.UniqueConstraint("code", name=op.f("uq_taxonomy_term_code")),
    )
    op.create_table(
        "area_member",
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("member", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["area"], ["area.code"], name=op.f("fk_area_member_area")),
        sa.PrimaryKeyConstraint("area", "member", name=op.f("pk_area_member")),
    )
    op.create_index(op.f("ix_area_member_member"), "area_member", ["member"])
    op.create_table(
        "provenance",
        sa.Column("entity_kind", code("entity_kind", *ENTITY_KINDS), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("raw_record_id", sa.Uuid(), nullable=True),
        sa.Column("stated_on", sa.Date(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("licence", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("held_by_owner", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["raw_record_id"], ["raw_record.id"], name=op.f("fk_provenance_raw_record_id")),
        sa.PrimaryKeyConstraint("entity_id", "entity_kind", "field", "language", name=op.f("pk_provenance")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Take the step back."""
    op.drop_table("provenance")
    op.drop_index(op.f("ix_area_member_member"), table_name="area_member")
    op.drop_table("area_member")
    op.drop_table("taxonomy_term")
    op.drop_table("source_run")
    op.drop_index(op.f("ix_source_key_entity_id"), table_name="source_key")
    op.drop_table("source_key")
    op.drop_table("raw_record")
    op.drop_table("entity_version")
    op.drop_table("do_not_list")
    op.drop_table("content_text")
    op.drop_index(op.f("ix_area_system"), table_name="area")
    op.drop_table("area")
