"""Starts what the settings do not name, and stops it again in reverse order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from runtime.embedded_postgres import EmbeddedPostgres
from runtime.embedded_temporal import EmbeddedTemporal
from runtime.ports import Ports
from runtime.settings import Settings


@contextmanager
def embedded(settings: Settings, ports: Ports, say: Callable[[str], None]) -> Iterator[Settings]:
    """The settings with every address filled in; what was started here ends with the context."""
    logs = settings.data_dir / "logs"
    with ExitStack() as started:
        if settings.database_url is None:
            database = EmbeddedPostgres(settings.data_dir / "postgres", ports.postgres, logs / "postgres.log")
            started.callback(database.stop)
            database.start(say)
            settings = settings.model_copy(update={"database_url": database.url})
        if settings.temporal_address is None:
            codec = f"http://127.0.0.1:{ports.web}/codec/{settings.codec_token.get_secret_value()}"
            engine = EmbeddedTemporal(
                settings.data_dir / "temporal.db", ports.temporal, ports.temporal_ui, logs / "temporal.log",
                codec_endpoint=codec, namespace=settings.temporal_namespace,
            )  # fmt: skip
            started.callback(engine.stop)
            engine.start(say)
            settings = settings.model_copy(update={"temporal_address": engine.address, "temporal_ui": engine.ui})
        yield settings
