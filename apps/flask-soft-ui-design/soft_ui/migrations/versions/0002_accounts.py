"""accounts

Their logins and favourites, and what is limited.
"""

# mypy: ignore-errors
# Alembic's `op` is typed by a stub alone, which the image does not carry.

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("password", sa.String(255), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("email", name=op.f("uq_accounts_email")),
    )
    op.create_table(
        "logins",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agent", sa.String(200), nullable=False),
        sa.Column("account_id", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_logins_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_logins")),
        sa.UniqueConstraint("digest", name=op.f("uq_logins_digest")),
    )
    op.create_index(op.f("ix_logins_account_id"), "logins", ["account_id"])
    op.create_index(op.f("ix_logins_expires"), "logins", ["expires"])
    op.create_table(
        "favourites",
        sa.Column("account_id", sa.Integer, nullable=False),
        sa.Column("slug", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_favourites_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["slug"], ["components.slug"], name=op.f("fk_favourites_slug"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "slug", name=op.f("pk_favourites")),
    )
    op.create_table(
        "allowances",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("spent", sa.Integer, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_allowances")),
    )
    op.create_index(op.f("ix_allowances_until"), "allowances", ["until"])


def downgrade() -> None:
    op.drop_table("allowances")
    op.drop_table("favourites")
    op.drop_table("logins")
    op.drop_table("accounts")
