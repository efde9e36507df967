"""${message}

${"Follows " + down_revision + "." if down_revision else "The first migration."}
"""

# mypy: ignore-errors
# Alembic's `op` is typed by a stub alone, which the image does not carry.

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
