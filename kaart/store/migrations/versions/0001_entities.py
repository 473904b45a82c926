"""The entities of the register.

Revision: 0001, the first.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

STATUSES = ("active", "closed", "gone", "withdrawn", "merged")
FORMALITY_CODES = ("formal", "informal", "mixed")
PRECISION_CODES = ("address", "street", "postal_code", "municipality")
COST_KIND_CODES = ("free", "income_related", "tariff", "reciprocal", "unknown")
INTERPRETER_CODES = ("yes", "no", "unknown")


def code(name: str, *values: str) -> sa.Enum:
    """A VARCHAR with a named CHECK over these values."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=64)


def upgrade() -> None:
    """Bring the tables one step further."""
    op.create_table(
        "network",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("status", code("status", *STATUSES), nullable=False),
        sa.Column("merged_into", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("area", sa.String(), nullable=True),
        sa.CheckConstraint("(status = 'merged') = (merged_into IS NOT NULL)", name=op.f("ck_network_merged_into")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_network_version")),
        sa.ForeignKeyConstraint(
            ["merged_into"], ["network.id"], name=op.f("fk_network_merged_into"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network")),
        sa.UniqueConstraint("key", name=op.f("uq_network_key")),
    )
    op.create_index(op.f("ix_network_area"), "network", ["area"])
    op.create_table(
        "organization",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("status", code("status", *STATUSES), nullable=False),
        sa.Column("merged_into", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organization_type", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("formality", code("formality", *FORMALITY_CODES), nullable=True),
        sa.Column("alternate_names", sa.JSON(), nullable=False),
        sa.Column("website", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.CheckConstraint("(status = 'merged') = (merged_into IS NOT NULL)", name=op.f("ck_organization_merged_into")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_organization_parent")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_organization_version")),
        sa.ForeignKeyConstraint(
            ["merged_into"],
            ["organization.id"],
            name=op.f("fk_organization_merged_into"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["organization.id"],
            name=op.f("fk_organization_parent_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization")),
        sa.UniqueConstraint("key", name=op.f("uq_organization_key")),
    )
    op.create_index(op.f("ix_organization_parent_id"), "organization", ["parent_id"])
    op.create_table(
        "location",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("status", code("status", *STATUSES), nullable=False),
        sa.Column("merged_into", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("street", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("box", sa.String(), nullable=False),
        sa.Column("postal_code", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(length=5), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("precision", code("precision", *PRECISION_CODES), nullable=True),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("wheelchair", sa.Boolean(), nullable=True),
        sa.Column("public_transport", sa.Text(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=True),
        sa.Column("appointment_needed", sa.Boolean(), nullable=True),
        sa.Column("referral_needed", sa.Boolean(), nullable=True),
        sa.CheckConstraint("(status = 'merged') = (merged_into IS NOT NULL)", name=op.f("ck_location_merged_into")),
        sa.CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_location_point")),
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name=op.f("ck_location_latitude")),
        sa.CheckConstraint("longitude BETWEEN -180 AND 180", name=op.f("ck_location_longitude")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_location_version")),
        sa.ForeignKeyConstraint(
            ["merged_into"],
            ["location.id"],
            name=op.f("fk_location_merged_into"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_location_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location")),
        sa.UniqueConstraint("key", name=op.f("uq_location_key")),
    )
    op.create_index(op.f("ix_location_municipality"), "location", ["municipality"])
    op.create_index(op.f("ix_location_organization_id"), "location", ["organization_id"])
    op.create_table(
        "professional",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("status", code("status", *STATUSES), nullable=False),
        sa.Column("merged_into", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("function", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.CheckConstraint("(status = 'merged') = (merged_into IS NOT NULL)", name=op.f("ck_professional_merged_into")),
        sa.CheckConstraint("since <= until", name=op.f("ck_professional_period")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_professional_version")),
        sa.ForeignKeyConstraint(
            ["merged_into"],
            ["professional.id"],
            name=op.f("fk_professional_merged_into"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_professional_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_professional")),
        sa.UniqueConstraint("key", name=op.f("uq_professional_key")),
    )
    op.create_index(op.f("ix_professional_organization_id"), "professional", ["organization_id"])
    op.create_table(
        "project",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("status", code("status", *STATUSES), nullable=False),
        sa.Column("merged_into", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint("(status = 'merged') = (merged_into IS NOT NULL)", name=op.f("ck_project_merged_into")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_project_period")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_project_version")),
        sa.ForeignKeyConstraint(
            ["merged_into"], ["project.id"], name=op.f("fk_project_merged_into"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_project_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("key", name=op.f("uq_project_key")),
    )
    op.create_index(op.f("ix_project_organization_id"), "project", ["organization_id"])
    op.create_table(
        "service",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("status", code("status", *STATUSES), nullable=False),
        sa.Column("merged_into", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=True),
        sa.Column("formality", code("formality", *FORMALITY_CODES), nullable=True),
        sa.Column("catchment_known", sa.Boolean(), nullable=False),
        sa.Column("eligibility_stated", sa.Boolean(), nullable=False),
        sa.Column("cost_kind", code("cost_kind", *COST_KIND_CODES), nullable=False),
        sa.Column("cost_amount", sa.String(), nullable=False),
        sa.Column("funding", sa.Text(), nullable=False),
        sa.Column("interpreter", code("interpreter", *INTERPRETER_CODES), nullable=False),
        sa.Column("wheelchair", sa.Boolean(), nullable=True),
        sa.Column("public_transport", sa.Text(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=True),
        sa.Column("appointment_needed", sa.Boolean(), nullable=True),
        sa.Column("referral_needed", sa.Boolean(), nullable=True),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("review_days", sa.Integer(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(status = 'merged') = (merged_into IS NOT NULL)", name=op.f("ck_service_merged_into")),
        sa.CheckConstraint("review_days >= 1", name=op.f("ck_service_review_days")),
        sa.CheckConstraint("valid_from <= valid_until", name=op.f("ck_service_period")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_service_version")),
        sa.ForeignKeyConstraint(
            ["merged_into"], ["service.id"], name=op.f("fk_service_merged_into"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_service_organization_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_service_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
        sa.UniqueConstraint("key", name=op.f("uq_service_key")),
    )
    op.create_index(op.f("ix_service_organization_id"), "service", ["organization_id"])
    op.create_index(op.f("ix_service_project_id"), "service", ["project_id"])


def downgrade() -> None:
    """Take the step back."""
    op.drop_index(op.f("ix_service_project_id"), table_name="service")
    op.drop_index(op.f("ix_service_organization_id"), table_name="service")
    op.drop_table("service")
    op.drop_index(op.f("ix_project_organization_id"), table_name="project")
    op.drop_table("project")
    op.drop_index(op.f("ix_professional_organization_id"), table_name="professional")
    op.drop_table("professional")
    op.drop_index(op.f("ix_location_organization_id"), table_name="location")
    op.drop_index(op.f("ix_location_municipality"), table_name="location")
    op.drop_table("location")
    op.drop_index(op.f("ix_organization_parent_id"), table_name="organization")
    op.drop_table("organization")
    op.drop_index(op.f("ix_network_area"), table_name="network")
    op.drop_table("network")
