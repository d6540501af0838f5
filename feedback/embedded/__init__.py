"""The bundled PostgreSQL and Valkey: one directory each, a unix socket, no port, and no account made on the machine."""

from feedback.embedded.postgres import RunningPostgres, create_database, prepare_postgres, start_postgres
from feedback.embedded.server import AlreadyRunningError, Prepared, RunningServer, ServerError, answered, tail
from feedback.embedded.valkey import RunningValkey, prepare_valkey, start_valkey

__all__ = [
    "AlreadyRunningError",
    "Prepared",
    "RunningPostgres",
    "RunningServer",
    "RunningValkey",
    "ServerError",
    "answered",
    "create_database",
    "prepare_postgres",
    "prepare_valkey",
    "start_postgres",
    "start_valkey",
    "tail",
]
