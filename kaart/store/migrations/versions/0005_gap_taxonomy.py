"""Counters of gaps keep the version of the taxonomy that gave their code.

Revision: 0005, after 0004. What was counted before has no version.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = ("need", "area", "language", "month")


def make_table(*more: sa.Column[str]) -> sa.Table:
    """The table with these columns in its key as well."""
    return op.create_table(
        "gap_count",
        sa.Column("need", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        *more,
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count >= 1", name=op.f("ck_gap_count_count")),
        sa.PrimaryKeyConstraint(*KEY, *(column.name for column in more), name=op.f("pk_gap_count")),
    )


def counted() -> list[dict[str, object]]:
    """What was counted, all versions together. SQLite cannot change a key, so the table is made anew around this."""
    rows = op.get_bind().execute(
        sa.text(
            "SELECT need, area, language, month, SUM(count) AS number FROM gap_count GROUP BY need, area, language, month"
        )
    )
    return [{**{name: getattr(row, name) for name in KEY}, "count": int(row.number)} for row in rows]


def upgrade() -> None:
    """Bring the tables one step further."""
    rows = counted()
    op.drop_table("gap_count")
    made = make_table(sa.Column("taxonomy", sa.String(length=64), nullable=False))
    op.bulk_insert(made, [{**row, "taxonomy": ""} for row in rows])


def downgrade() -> None:
    """Take the step back."""
    rows = counted()
    op.drop_table("gap_count")
    op.bulk_insert(make_table(), rows)
