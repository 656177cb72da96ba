"""Every setting of every process, read once from the environment; a wrong one is named with its mend."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "COLLECT_"


class WrongSetting(Exception):
    """A setting cannot be used; the message names the variable and the mend."""


class Twilio(BaseModel):
    """The practice group's messaging account."""

    account_sid: str = ""
    auth_token: SecretStr = SecretStr("")
    base_url: str | None = None


class SendGrid(BaseModel):
    """The e-mail account."""

    api_key: SecretStr = SecretStr("")
    webhook_public_key: str = ""
    from_email: str = "billing@example.com"
    base_url: str | None = None


class Stripe(BaseModel):
    """The card account."""

    api_key: SecretStr = SecretStr("")
    webhook_secret: SecretStr = SecretStr("")
    base_url: str | None = None


class PracticeSystem(BaseModel):
    """The practice-management system's interface, where it has one."""

    api_key: SecretStr = SecretStr("")
    webhook_secret: SecretStr = SecretStr("")
    base_url: str | None = None


class Settings(BaseSettings):
    """Environment variables `COLLECT_…`; `DATABASE_URL` is also read without the prefix. Nested ones use `__`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter="__", extra="ignore")

    data_dir: Path = Path(".collect")
    database_url: str | None = None
    temporal_address: str | None = None
    temporal_namespace: str = "default"
    temporal_ui: str | None = None
    task_queue: str = "collections"
    practices_dir: Path = Path("practices")
    host: str = "127.0.0.1"
    web_port: int = Field(default=8080, ge=1, le=65535)
    worker_port: int = Field(default=8085, ge=1, le=65535)
    """Health of the worker and, in the simulated world, the participant of its clock."""
    public_base_url: str | None = None
    """The address patients and vendors reach `web` at; signatures are checked against it."""
    api_token: SecretStr = SecretStr("")
    codec_token: SecretStr = SecretStr("")
    payload_keys: dict[str, SecretStr] = Field(default_factory=dict)
    """Key id to 32 bytes in base64. All read, `payload_key_active` writes."""
    payload_key_active: str = ""
    simulator_url: str | None = None
    """Set only in the simulated world: its clock is the clock, its stand-ins are the vendors."""
    build_id: str = "1"
    """Version of the worker: lives are pinned to it and move to the current one at their next fresh start."""
    makes_itself_current: bool = True
    """False where a controller ramps versions."""
    log_json: bool = True
    twilio: Twilio = Twilio()
    sendgrid: SendGrid = SendGrid()
    stripe: Stripe = Stripe()
    practice_system: PracticeSystem = PracticeSystem()

    @property
    def public_url(self) -> str:
        """Where patients reach the pages."""
        return (self.public_base_url or f"http://{self.host}:{self.web_port}").rstrip("/")

    @field_validator("payload_keys")
    @classmethod
    def _keys_are_32_bytes(cls, keys: dict[str, SecretStr]) -> dict[str, SecretStr]:
        for name, key in keys.items():
            try:
                raw = base64.b64decode(key.get_secret_value(), validate=True)
            except ValueError:
                raw = b""
            if len(raw) != 32:
                raise ValueError(f"key {name} is not 32 bytes in base64; make one with: openssl rand -base64 32")
        return keys

    @model_validator(mode="after")
    def _consistent(self) -> Settings:
        if self.payload_keys and self.payload_key_active not in self.payload_keys:
            raise ValueError("payload_key_active names no key of payload_keys; set it to the id of the key that writes")
        redirected = [name for name in VENDORS if getattr(self, name).base_url]
        if redirected and not self.simulator_url:
            raise ValueError(
                f"{redirected[0]}.base_url points a vendor elsewhere, which only the simulated world may do; unset it"
            )
        return self


VENDORS = ("twilio", "sendgrid", "stripe", "practice_system")


def load_settings(data_dir: Path | None = None, **given: Any) -> Settings:
    """The settings of this process. WrongSetting names the variable and the mend.

    What nobody set and everybody needs (token, payload key) is made once and kept under the data folder, readable by
    this user only.
    """
    if "DATABASE_URL" in os.environ and f"{PREFIX}DATABASE_URL" not in os.environ:
        given.setdefault("database_url", os.environ["DATABASE_URL"])
    if data_dir is not None:
        given.setdefault("data_dir", data_dir)
    try:
        settings = Settings(**given)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        place = "__".join(str(part).upper() for part in first["loc"])
        raise WrongSetting(f"{PREFIX}{place}: {first['msg'].removeprefix('Value error, ')}") from None
    return _with_own_secrets(settings)


def _with_own_secrets(settings: Settings) -> Settings:
    made: dict[str, Any] = {}
    if not settings.api_token.get_secret_value():
        made["api_token"] = SecretStr(kept_secret(settings.data_dir, "api-token"))
    if not settings.codec_token.get_secret_value():
        made["codec_token"] = SecretStr(kept_secret(settings.data_dir, "codec-token"))
    if not settings.payload_keys:
        made["payload_keys"] = {"own": SecretStr(kept_secret(settings.data_dir, "payload-key", key=True))}
        made["payload_key_active"] = "own"
    return settings.model_copy(update=made)


def kept_secret(data_dir: Path, name: str, *, key: bool = False) -> str:
    """A secret of this installation, made at first use. Losing a payload key loses the running lives: back it up."""
    path = data_dir / "secrets" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        value = base64.b64encode(secrets.token_bytes(32)).decode() if key else secrets.token_urlsafe(32)
        try:
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            return path.read_text()
        with os.fdopen(handle, "w") as file:
            file.write(value)
    return path.read_text()
