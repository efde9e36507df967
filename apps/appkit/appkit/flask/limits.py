"""The counts of `appkit.limits`, stored in a table of the application."""

from sqlalchemy import BigInteger, String, case, delete, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from appkit.flask import upsert


class Allowance:
    """The columns of the table that counts attempts; the application names the table."""

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    spent: Mapped[int]
    until: Mapped[int] = mapped_column(BigInteger, index=True)
    """The end of the window, in seconds since 1970."""


class Counts:
    """Implements `appkit.limits.Counts`. Each method commits the session."""

    def __init__(self, session: Session, table: type[Allowance]) -> None:
        self._session = session
        self._table = table

    def add(self, key: str, now: int, end: int) -> tuple[int, int]:
        table = self._table
        expired = table.until <= now
        statement = (
            upsert.insert(self._session, table)
            .values(key=key, spent=1, until=end)
            .on_conflict_do_update(
                index_elements=["key"],
                set_={
                    "spent": case((expired, 1), else_=table.spent + 1),
                    "until": case((expired, end), else_=table.until),
                },
            )
            .returning(table.spent, table.until)
        )
        spent, until = self._session.execute(statement).one()
        self._session.commit()
        return spent, until

    def subtract(self, key: str) -> None:
        table = self._table
        positive = table.key == key, table.spent > 0
        self._session.execute(update(table).where(*positive).values(spent=table.spent - 1))
        self._session.commit()

    def sweep(self, now: int) -> None:
        self._session.execute(delete(self._table).where(self._table.until <= now))
        self._session.commit()
