"""revision

That of the landing page and of the pages of components.
"""

# mypy: ignore-errors
# Alembic's `op` is typed by a stub alone, which the image does not carry.

import sqlalchemy as sa
from alembic import op

from appkit.flask import revisions

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = {"components": None, "favourites": None, "messages": None}


def upgrade() -> None:
    op.create_table(
        "appkit_revision",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("token", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_appkit_revision")),
    )
    revisions.watch("site", TABLES)


def downgrade() -> None:
    revisions.unwatch("site", TABLES)
    op.drop_table("appkit_revision")
