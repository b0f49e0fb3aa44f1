"""Usage stores: the databases that hold usage, opened to read and nothing more."""

import os
import re
from collections.abc import Mapping

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url

from billing.errors import Refused
from settings import UsageStore

PLACEHOLDER = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")


class Stores:
    """Engines by the names that ari.yml gives them."""

    def __init__(self, definitions: Mapping[str, UsageStore], environment: Mapping[str, str] = os.environ) -> None:
        self._engines = {name: _open(name, definition, environment) for name, definition in definitions.items()}

    def engine(self, name: str) -> Engine:
        """Raises Refused for a name that ari.yml does not define."""
        if name not in self._engines:
            raise Refused(f"ari.yml names no usage store {name!r}; add it under usage.stores.")
        return self._engines[name]

    def names(self) -> tuple[str, ...]:
        return tuple(self._engines)


def _open(name: str, definition: UsageStore, environment: Mapping[str, str]) -> Engine:
    url = make_url(_filled(name, definition.url, environment))
    if url.get_backend_name() == "sqlite":
        return _sqlite(url)
    engine = create_engine(url, pool_pre_ping=True)
    if url.get_backend_name() == "postgresql":
        limit = definition.max_seconds * 1000
        event.listen(engine, "connect", lambda connection, _: _restrict(connection, limit))
    return engine


def _filled(name: str, url: str, environment: Mapping[str, str]) -> str:
    missing = [key for key in PLACEHOLDER.findall(url) if key not in environment]
    if missing:
        raise Refused(f"usage store {name!r} needs {', '.join(missing)} in the environment; set it and start again.")
    return PLACEHOLDER.sub(lambda found: environment[found[1]], url)


def _sqlite(url: URL) -> Engine:
    """Opened with mode=ro: SQLite itself then refuses every write and never creates the file."""
    return create_engine(url.set(database=f"file:{url.database}", query={"mode": "ro", "uri": "true"}))


def _restrict(connection: object, milliseconds: int) -> None:
    with connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(f"SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY; SET statement_timeout = {milliseconds}")
