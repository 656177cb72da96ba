"""Keys and addresses of the vendors' accounts, as settings; what is said to a vendor stands in its own folder."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class Account(BaseModel):
    """An account at a vendor."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    base_url: str | None = None
    """Set only in the simulated world, where a stand-in is the vendor."""

    @property
    def can_be_reached(self) -> bool:
        """True when a secret of the vendor's is set: without one, nothing gets in there."""
        return any(value.get_secret_value() for _, value in self if isinstance(value, SecretStr))


class Twilio(Account):
    """The practice group's messaging account. Each practice's number stands in its own file."""

    account_sid: str = ""
    auth_token: SecretStr = SecretStr("")
    reports_overdue_minutes: int = Field(default=30, ge=5, le=24 * 60)
    """A text whose last report has not come by then is asked about."""


class SendGrid(Account):
    """The e-mail account. Each practice's address stands in its own file."""

    api_key: SecretStr = SecretStr("")
    webhook_public_key: str = ""


class Stripe(Account):
    """The card account."""

    api_key: SecretStr = SecretStr("")
    webhook_secret: SecretStr = SecretStr("")


class PracticeSystem(Account):
    """The practice-management system's interface, where it has one."""

    api_key: SecretStr = SecretStr("")
    webhook_secret: SecretStr = SecretStr("")
