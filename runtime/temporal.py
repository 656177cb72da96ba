"""The connection to the engine, with everything it stores encrypted."""

from __future__ import annotations

import base64

from temporalio.client import Client
from temporalio.converter import DataConverter

from runtime.encryption import encrypted_converter
from runtime.settings import Settings

DEFAULT_ADDRESS = "127.0.0.1:7233"


def converter(settings: Settings) -> DataConverter:
    """The data converter with this installation's keys."""
    keys = {name: base64.b64decode(key.get_secret_value()) for name, key in settings.payload_keys.items()}
    return encrypted_converter(keys, settings.payload_key_active)


async def connect(settings: Settings, *, lazy: bool = False) -> Client:
    """A client; RuntimeError when nothing answers at the address, unless it is to connect at first use only."""
    return await Client.connect(
        settings.temporal_address or DEFAULT_ADDRESS,
        namespace=settings.temporal_namespace,
        data_converter=converter(settings),
        lazy=lazy,
    )
