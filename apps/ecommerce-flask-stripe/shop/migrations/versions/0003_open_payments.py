"""Open payments, one order for each payment, the version of a product."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "open_payments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.String(length=255), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("visitor", sa.String(length=64), nullable=False),
        sa.Column("network", sa.String(length=64), nullable=False),
        sa.Column("product_slug", sa.String(length=80), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_check", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_payments")),
        sa.UniqueConstraint("session_id", name=op.f("uq_open_payments_session_id")),
    )
    for column in ("visitor", "network", "started", "next_check"):
        op.create_index(op.f(f"ix_open_payments_{column}"), "open_payments", [column])
    # The previous release, which runs during the rollout, does not set the column.
    op.add_column(
        "products", sa.Column("version", sa.Integer(), server_default="1", nullable=False)
    )
    # A payment stays with the order that it paid first; the others keep no reference to it.
    op.execute(
        "UPDATE orders SET payment_intent = NULL WHERE EXISTS ("
        "SELECT 1 FROM orders AS first WHERE first.payment_intent = orders.payment_intent"
        " AND (first.paid_at < orders.paid_at OR (first.paid_at = orders.paid_at"
        " AND first.session_id < orders.session_id)))"
    )
    op.drop_index(op.f("ix_orders_payment_intent"), "orders")
    op.create_index(op.f("ix_orders_payment_intent"), "orders", ["payment_intent"], unique=True)


def downgrade() -> None:
    op.drop_index(op.f("ix_orders_payment_intent"), "orders")
    op.create_index(op.f("ix_orders_payment_intent"), "orders", ["payment_intent"])
    op.drop_column("products", "version")
    op.drop_table("open_payments")
