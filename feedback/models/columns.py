"""What several tables say in their columns: closed lists as checks, and encrypted text."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from feedback import sealing


def one_of(column: str, values: Iterable[str]) -> str:
    """A check that a column holds one of these values."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


class Encrypted(TypeDecorator[str]):
    """Text that is encrypted with the deployment's identity key before it leaves the process."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> bytes | None:
        return None if value is None else sealing.encrypt(value)

    def process_result_value(self, value: bytes | None, _dialect: Dialect) -> str | None:
        return None if value is None else sealing.decrypt(bytes(value))
