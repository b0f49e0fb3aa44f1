"""The balance ledger keeps every kind of position: counters and carried-over units beside balances."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

KEPT = "id, contract_id, balance, kind, unit, amount, period, source, statement_id, at"


def reference(column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], deferrable=True, initially="DEFERRED")


def upgrade() -> None:
    # SQLite can neither widen a unique key nor add a column without a lasting default, so the table is made anew.
    op.execute(f"CREATE TEMPORARY TABLE kept_entry AS SELECT {KEPT} FROM balance_entry")
    op.drop_table("balance_entry")
    op.create_table(
        "balance_entry",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("contract_id", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("balance", sa.String(), nullable=False),
        sa.Column("periods", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("amount", sa.Text(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=True),
        sa.Column("statement_id", sa.String(), nullable=True),
        sa.Column("at", sa.Text(), nullable=False),
        reference("contract_id", "contract.id"),
        reference("statement_id", "statement.id"),
        sa.UniqueConstraint("contract_id", "form", "balance", "periods", "kind", "period", "source"),
        sa.CheckConstraint(
            "kind IN ('opening', 'bought', 'used', 'expired', 'restored', 'carried')", name="kind_known"
        ),
        sa.CheckConstraint("form IN ('balance', 'quantity', 'amount', 'allowance')", name="form_known"),
    )
    op.create_index("ix_balance_entry_statement_id", "balance_entry", ["statement_id"])
    op.execute(
        f"INSERT INTO balance_entry ({KEPT}, form, periods, evidence) SELECT {KEPT}, 'balance', 0, '' FROM kept_entry"
    )
    op.execute("DROP TABLE kept_entry")
