"""Usage snapshots, statements, invoices, approvals, balances, crossings."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


LIVE = (
    "planned",
    "drafted",
    "awaiting",
    "approved",
    "finalized",
    "sent",
    "paid",
    "uncollectible",
    "needs_human",
)
ENDED = ("void", "rejected", "expired", "stale")
alive = sa.text(f"state IN ({', '.join(repr(state) for state in LIVE)})")


def reference(column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], deferrable=True, initially="DEFERRED")


def upgrade() -> None:
    op.create_table(
        "usage_snapshot",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("contract_id", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha", sa.String(), nullable=False),
        sa.Column("as_of", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.Text(), nullable=False),
        sa.Column("watermark", sa.Text(), nullable=True),
        reference("contract_id", "contract.id"),
    )
    op.create_index("ix_usage_snapshot_contract_id_period", "usage_snapshot", ["contract_id", "period"])
    op.create_table(
        "statement",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("contract_id", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("bundle", sa.Text(), nullable=False),
        sa.Column("sha", sa.String(), nullable=False),
        sa.Column("total", sa.Text(), nullable=False),
        sa.Column("due", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("terms_version_id", sa.String(), nullable=False),
        sa.Column("snapshot_id", sa.String(), nullable=True),
        sa.Column("calculator", sa.String(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        reference("contract_id", "contract.id"),
        reference("terms_version_id", "terms_version.id"),
        reference("snapshot_id", "usage_snapshot.id"),
    )
    op.create_index("ix_statement_contract_id_period", "statement", ["contract_id", "period"])
    op.create_index("ix_statement_snapshot_id", "statement", ["snapshot_id"])
    op.create_index("ix_statement_terms_version_id", "statement", ["terms_version_id"])
    op.create_table(
        "invoice",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("ari_key", sa.String(), nullable=False),
        sa.Column("gen", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("contract_id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("bill_to", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("statement_id", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("total", sa.Text(), nullable=False),
        sa.Column("due", sa.Text(), nullable=False),
        sa.Column("stripe_invoice_id", sa.String(), nullable=True),
        sa.Column("stripe_number", sa.String(), nullable=True),
        sa.Column("hosted_url", sa.String(), nullable=True),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("thread_ts", sa.String(), nullable=True),
        sa.Column("card_ts", sa.String(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
        reference("contract_id", "contract.id"),
        reference("customer_id", "customer.id"),
        reference("statement_id", "statement.id"),
        sa.UniqueConstraint("account", "stripe_invoice_id"),
        sa.UniqueConstraint("ari_key", "gen"),
        sa.CheckConstraint(f"state IN {LIVE + ENDED}", name="state_known"),
    )
    op.create_index("ix_invoice_contract_id_period", "invoice", ["contract_id", "period"])
    op.create_index("ix_invoice_customer_id", "invoice", ["customer_id"])
    op.create_index("ix_invoice_state", "invoice", ["state"])
    op.create_index("ix_invoice_statement_id", "invoice", ["statement_id"])
    op.create_index(
        "uq_invoice_one_live", "invoice", ["account", "contract_id", "bill_to", "period", "kind", "sequence"],
        unique=True, sqlite_where=alive, postgresql_where=alive,
    )  # fmt: skip
    op.create_table(
        "approval",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("invoice_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("user_name", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        reference("invoice_id", "invoice.id"),
        sa.UniqueConstraint("invoice_id", "digest", "user_id", "decision"),
        sa.CheckConstraint("decision IN ('approve', 'reject')", name="decision_known"),
    )
    op.create_table(
        "balance_entry",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("contract_id", sa.String(), nullable=False),
        sa.Column("balance", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("amount", sa.Text(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("statement_id", sa.String(), nullable=True),
        sa.Column("at", sa.Text(), nullable=False),
        reference("contract_id", "contract.id"),
        reference("statement_id", "statement.id"),
        sa.UniqueConstraint("contract_id", "balance", "kind", "period", "source"),
        sa.CheckConstraint("kind IN ('opening', 'bought', 'used', 'expired', 'restored')", name="kind_known"),
    )
    op.create_index("ix_balance_entry_statement_id", "balance_entry", ["statement_id"])
    op.create_table(
        "crossing",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("contract_id", sa.String(), nullable=False),
        sa.Column("terms_version_id", sa.String(), nullable=False),
        sa.Column("term", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("threshold", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("crossed_at", sa.Text(), nullable=False),
        sa.Column("noticed_at", sa.Text(), nullable=True),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("ts", sa.String(), nullable=True),
        sa.Column("acknowledged_by", sa.String(), nullable=True),
        reference("contract_id", "contract.id"),
        reference("terms_version_id", "terms_version.id"),
        sa.UniqueConstraint("contract_id", "terms_version_id", "term", "period", "threshold"),
    )
    op.create_index("ix_crossing_terms_version_id", "crossing", ["terms_version_id"])
