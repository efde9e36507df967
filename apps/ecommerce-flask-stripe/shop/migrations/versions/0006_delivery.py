"""The delivery address of an order."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The previous release, which runs during the rollout, does not set the columns.
    op.add_column(
        "orders",
        sa.Column("recipient", sa.String(length=100), server_default="", nullable=False),
    )
    op.add_column("orders", sa.Column("address", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("orders", "address")
    op.drop_column("orders", "recipient")
