"""Refunds, the payment of an order, sessions of admins."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "refunds",
        sa.Column("payment_intent", sa.String(length=255), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("refunded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_refunds_amount_is_positive")),
        sa.PrimaryKeyConstraint("payment_intent", name=op.f("pk_refunds")),
    )
    op.add_column("orders", sa.Column("payment_intent", sa.String(length=255), nullable=True))
    op.create_index(op.f("ix_orders_payment_intent"), "orders", ["payment_intent"])
    op.create_index(op.f("ix_orders_paid_at"), "orders", ["paid_at"])
    op.create_table(
        "admin_sessions",
        sa.Column("admin_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["admin_id"],
            ["admins.id"],
            name=op.f("fk_admin_sessions_admin_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admin_sessions")),
        sa.UniqueConstraint("digest", name=op.f("uq_admin_sessions_digest")),
    )
    op.create_index(op.f("ix_admin_sessions_admin_id"), "admin_sessions", ["admin_id"])
    op.create_index(op.f("ix_admin_sessions_expires"), "admin_sessions", ["expires"])


def downgrade() -> None:
    op.drop_table("admin_sessions")
    op.drop_index(op.f("ix_orders_paid_at"), "orders")
    op.drop_index(op.f("ix_orders_payment_intent"), "orders")
    op.drop_column("orders", "payment_intent")
    op.drop_table("refunds")
