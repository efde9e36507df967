"""components and messages

The first.
"""

# mypy: ignore-errors
# Alembic's `op` is typed by a stub alone, which the image does not carry.

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "components",
        sa.Column("slug", sa.String(40), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("section", sa.String(60), nullable=False),
        sa.Column("summary", sa.String(160), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_components")),
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("reference", sa.String(22), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("topic", sa.String(20), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("received", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replica", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("reference", name=op.f("uq_messages_reference")),
    )
    op.create_index(op.f("ix_messages_received"), "messages", ["received"])


def downgrade() -> None:
    op.drop_table("messages")
    op.drop_table("components")
