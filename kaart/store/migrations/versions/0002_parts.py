"""What entities have several of, or only sometimes.

Revision: 0002, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ENTITY_KINDS = ("organization", "project", "location", "service", "network", "professional", "term", "area")
VOCABULARY_CODES = ("kind", "need", "target_group", "sector")
STATE_CODES = ("open", "waitlist", "full")
RULE_CODES = ("age", "residence", "target_group", "insurance", "status", "referral", "income", "recognition")
MEANS_CODES = ("care_budget", "personal_budget", "service_vouchers", "third_party_payer", "health_insurance")
REACH_CODES = ("site", "home_visit", "outreach", "phone", "online")


def code(name: str, *values: str) -> sa.Enum:
    """A VARCHAR with a named CHECK over these values."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=64)


def upgrade() -> None:
    """Bring the tables one step further."""
    op.create_table(
        "contact",
        sa.Column("entity_kind", code("entity_kind", *ENTITY_KINDS), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("parent", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("personal", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("entity_id", "entity_kind", "parent", "position", name=op.f("pk_contact")),
    )
    op.create_table(
        "entity_area",
        sa.Column("entity_kind", code("entity_kind", *ENTITY_KINDS), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("entity_id", "entity_kind", "position", name=op.f("pk_entity_area")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_entity_area_area"), "entity_area", ["area"])
    op.create_table(
        "entity_term",
        sa.Column("entity_kind", code("entity_kind", *ENTITY_KINDS), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("vocabulary", code("vocabulary", *VOCABULARY_CODES), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("entity_id", "entity_kind", "vocabulary", "position", name=op.f("pk_entity_term")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_entity_term_code"), "entity_term", ["code"])
    op.create_table(
        "phone",
        sa.Column("entity_kind", code("entity_kind", *ENTITY_KINDS), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("parent", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("entity_id", "entity_kind", "parent", "position", name=op.f("pk_phone")),
    )
    op.create_table(
        "schedule",
        sa.Column("entity_kind", code("entity_kind", *ENTITY_KINDS), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("parent", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rrule", sa.String(), nullable=False),
        sa.Column("opens_at", sa.Time(), nullable=True),
        sa.Column("closes_at", sa.Time(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("by_appointment", sa.Boolean(), nullable=False),
        sa.Column("original", sa.Text(), nullable=False),
        sa.CheckConstraint("valid_from <= valid_until", name=op.f("ck_schedule_period")),
        sa.PrimaryKeyConstraint("entity_id", "entity_kind", "parent", "position", name=op.f("pk_schedule")),
    )
    op.create_table(
        "membership",
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.CheckConstraint("since <= until", name=op.f("ck_membership_period")),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name=op.f("fk_membership_network_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_membership_organization_id")),
        sa.PrimaryKeyConstraint("network_id", "organization_id", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_organization_id"), "membership", ["organization_id"])
    op.create_table(
        "organization_identifier",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_organization_identifier_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "position", name=op.f("pk_organization_identifier")),
    )
    op.create_index(op.f("ix_organization_identifier_value"), "organization_identifier", ["value"])
    op.create_table(
        "capacity",
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("state", code("state", *STATE_CODES), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_capacity_service_id")),
        sa.PrimaryKeyConstraint("service_id", name=op.f("pk_capacity")),
    )
    op.create_table(
        "eligibility_rule",
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rule", code("rule", *RULE_CODES), nullable=False),
        sa.Column("age_minimum", sa.Integer(), nullable=True),
        sa.Column("age_maximum", sa.Integer(), nullable=True),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=True),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.CheckConstraint("age_maximum BETWEEN age_minimum AND 130", name=op.f("ck_eligibility_rule_age_maximum")),
        sa.CheckConstraint("age_minimum BETWEEN 0 AND 130", name=op.f("ck_eligibility_rule_age_minimum")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_eligibility_rule_service_id")),
        sa.PrimaryKeyConstraint("service_id", "position", name=op.f("pk_eligibility_rule")),
    )
    op.create_table(
        "professional_service",
        sa.Column("professional_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["professional_id"], ["professional.id"], name=op.f("fk_professional_service_professional_id")
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_professional_service_service_id")),
        sa.PrimaryKeyConstraint("professional_id", "position", name=op.f("pk_professional_service")),
    )
    op.create_index(op.f("ix_professional_service_service_id"), "professional_service", ["service_id"])
    op.create_table(
        "service_at_location",
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_service_at_location_location_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_service_at_location_service_id")),
        sa.PrimaryKeyConstraint("service_id", "position", name=op.f("pk_service_at_location")),
    )
    op.create_index(op.f("ix_service_at_location_location_id"), "service_at_location", ["location_id"])
    op.create_table(
        "service_language",
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=35), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_service_language_service_id")),
        sa.PrimaryKeyConstraint("service_id", "position", name=op.f("pk_service_language")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "service_payment",
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("means", code("means", *MEANS_CODES), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_service_payment_service_id")),
        sa.PrimaryKeyConstraint("service_id", "position", name=op.f("pk_service_payment")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "service_reach",
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("reach", code("reach", *REACH_CODES), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_service_reach_service_id")),
        sa.PrimaryKeyConstraint("service_id", "reach", name=op.f("pk_service_reach")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "temporary_stop",
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("since <= until", name=op.f("ck_temporary_stop_period")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_temporary_stop_service_id")),
        sa.PrimaryKeyConstraint("service_id", name=op.f("pk_temporary_stop")),
    )
    op.create_table(
        "waiting_time",
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.CheckConstraint("days >= 0", name=op.f("ck_waiting_time_days")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_waiting_time_service_id")),
        sa.PrimaryKeyConstraint("service_id", name=op.f("pk_waiting_time")),
    )


def downgrade() -> None:
    """Take the step back."""
    op.drop_table("waiting_time")
    op.drop_table("temporary_stop")
    op.drop_table("service_reach")
    op.drop_table("service_payment")
    op.drop_table("service_language")
    op.drop_index(op.f("ix_service_at_location_location_id"), table_name="service_at_location")
    op.drop_table("service_at_location")
    op.drop_index(op.f("ix_professional_service_service_id"), table_name="professional_service")
    op.drop_table("professional_service")
    op.drop_table("eligibility_rule")
    op.drop_table("capacity")
    op.drop_index(op.f("ix_organization_identifier_value"), table_name="organization_identifier")
    op.drop_table("organization_identifier")
    op.drop_index(op.f("ix_membership_organization_id"), table_name="membership")
    op.drop_table("membership")
    op.drop_table("schedule")
    op.drop_table("phone")
    op.drop_index(op.f("ix_entity_term_code"), table_name="entity_term")
    op.drop_table("entity_term")
    op.drop_index(op.f("ix_entity_area_area"), table_name="entity_area")
    op.drop_table("entity_area")
    op.drop_table("contact")
