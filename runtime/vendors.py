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
    reassigned_numbers: bool = True
    """Lookups also ask whether a number has gone to somebody else. Off where the account has no such subscription."""


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


class LanguageModel(BaseModel):
    """An optional second reader of replies; without `model` there is none. It takes the extra `model`."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    model: str = Field(default="", pattern=r"^$|^[\w.-]+:\S+$")
    """As `provider:model`, such as openai:gpt-5-mini or anthropic:claude-haiku-4-5; empty: nobody is asked."""
    base_url: str | None = Field(default=None, pattern=r"^https?://\S+$")
    """Of a server that speaks OpenAI's chat, such as one of your own; the provider's own address when unset."""
    api_key: SecretStr = SecretStr("")
    """Of the server above or of OpenAI; other providers read their own variable, such as ANTHROPIC_API_KEY."""
    seconds: float = Field(default=4.0, gt=0, le=10)
    """How long it may take; after that a person is asked, as if there were no model."""
    cents_per_million_in: int = Field(default=0, ge=0)
    """Price of what is sent, to record what it costs."""
    cents_per_million_out: int = Field(default=0, ge=0)
    """Price of what it answers."""

    def microdollars(self, tokens_in: int, tokens_out: int) -> int:
        """Millionths of a dollar, rounded up."""
        hundredths = tokens_in * self.cents_per_million_in + tokens_out * self.cents_per_million_out
        return -(-hundredths // 100)
