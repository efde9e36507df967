"""The revision of the list of products."""

import sqlalchemy as sa
from alembic import op

from appkit.flask import revisions

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = {"products": None}


def upgrade() -> None:
    op.create_table(
        "appkit_revision",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_appkit_revision")),
    )
    revisions.watch("products", TABLES)


def downgrade() -> None:
    revisions.unwatch("products", TABLES)
    op.drop_table("appkit_revision")
