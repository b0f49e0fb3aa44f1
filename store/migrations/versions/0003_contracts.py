"""Customers, documents, contracts, their terms and rulings."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def reference(column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], deferrable=True, initially="DEFERRED")


def upgrade() -> None:
    op.create_table(
        "customer",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("stripe_customer_id", sa.String(), nullable=True),
        sa.Column("created_at", sa.Text(), nullable=False),
    )
    op.create_index("ix_customer_stripe_customer_id", "customer", ["stripe_customer_id"])
    op.create_table(
        "usage_account",
        sa.Column("store", sa.String(), primary_key=True),
        sa.Column("account", sa.String(), primary_key=True),
        sa.Column("customer_id", sa.String(), nullable=False),
        reference("customer_id", "customer.id"),
    )
    op.create_index("ix_usage_account_customer_id", "usage_account", ["customer_id"])
    op.create_table(
        "document",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("filename", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("pages_json", sa.Text(), nullable=True),
        sa.Column("reading", sa.Text(), nullable=True),
        sa.Column("slack_file_id", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("thread_ts", sa.String(), nullable=True),
        sa.Column("uploaded_by", sa.String(), nullable=True),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.UniqueConstraint("sha256"),
    )
    op.create_table(
        "contract",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        reference("customer_id", "customer.id"),
    )
    op.create_index("ix_contract_customer_id", "contract", ["customer_id"])
    op.create_table(
        "terms_version",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("contract_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("terms_sha", sa.String(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("questions", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("confirmed_at", sa.Text(), nullable=True),
        sa.Column("confirmed_by", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("card_ts", sa.String(), nullable=True),
        reference("contract_id", "contract.id"),
        reference("document_id", "document.id"),
        sa.UniqueConstraint("contract_id", "version"),
        sa.CheckConstraint(
            "status IN ('proposed', 'confirmed', 'superseded', 'rejected', 'undone')", name="status_known"
        ),
    )
    op.create_index("ix_terms_version_document_id", "terms_version", ["document_id"])
    op.create_table(
        "ruling",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("contract_id", sa.String(), nullable=True),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("choice", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("superseded_by", sa.String(), nullable=True),
        reference("contract_id", "contract.id"),
        reference("superseded_by", "ruling.id"),
    )
    op.create_index("ix_ruling_contract_id", "ruling", ["contract_id"])
    op.create_index("ix_ruling_question", "ruling", ["question"])
    op.create_table(
        "charge_owner",
        sa.Column("contract_id", sa.String(), primary_key=True),
        sa.Column("charge_id", sa.String(), primary_key=True),
        sa.Column("from_date", sa.Date(), primary_key=True),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", sa.Text(), nullable=False),
        reference("contract_id", "contract.id"),
        sa.CheckConstraint("owner IN ('ari', 'stripe_subscription', 'person')", name="owner_known"),
    )
