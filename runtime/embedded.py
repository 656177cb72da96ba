"""Starts what the settings do not name, and stops it again in reverse order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from runtime.embedded_postgres import EmbeddedPostgres
from runtime.embedded_temporal import EmbeddedTemporal
from runtime.one_owner import owning
from runtime.ports import Ports
from runtime.settings import Settings


@contextmanager
def embedded(settings: Settings, ports: Ports, say: Callable[[str], None]) -> Iterator[Settings]:
    """The settings with every address filled in; what was started here ends with the context.

    Enter it from the main thread. Trouble when something does not start, or when this data folder is in use.
    """
    data = settings.data_dir.resolve()
    logs = data / "logs"
    with ExitStack() as started:
        started.enter_context(owning(data / "system.lock", "the system"))
        if settings.database_url is None:
            database = EmbeddedPostgres(data / "postgres", ports.postgres, logs / "postgres.log")
            started.callback(database.stop)
            database.start(say)
            settings = settings.model_copy(update={"database_url": database.url})
        if settings.temporal_address is None:
            codec = f"http://127.0.0.1:{ports.web}/codec/{settings.codec_token.get_secret_value()}"
            engine = EmbeddedTemporal(
                data / "temporal.db", ports.temporal, ports.temporal_ui, logs / "temporal.log",
                codec_endpoint=codec, namespace=settings.temporal_namespace,
            )  # fmt: skip
            started.callback(engine.stop)
            engine.start(say)
            settings = settings.model_copy(update={"temporal_address": engine.address, "temporal_ui": engine.ui})
        yield settings
