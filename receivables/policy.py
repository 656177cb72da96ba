"""The policy a practice signs off (K1-K23), as typed data: thresholds, windows and ladders; no rule lives here."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Literal

from pydantic import Field, PrivateAttr, field_validator

from receivables.books_policy import CreditSection, ReconciliationSection, Role
from receivables.money import Cents
from receivables.people import OpaqueId, ZoneName
from receivables.plans.policy import PlanSection, RetrySection
from receivables.policy_ladder import EscalationSection, LadderSection, LettersSection, SegmentsSection
from receivables.policy_section import Dollars, Section
from receivables.rule_rows import span_of
from receivables.rulebook import NO_RULES, RestDays, Rulebook


class LedgerSection(Section):
    """How soon the practice's system tells us, and how old a reading may be (K18)."""

    mode: Literal["realtime", "poll", "nightly"] = "realtime"
    """After any sign of a payment no bill is spoken of until the system will have told of it: the next time it is asked
    (after `fresh_minutes`), or after the coming night."""
    fresh_minutes: int = Field(default=15, ge=1, le=26 * 60)
    """A balance is re-read from the practice's system when the last reading is older than this."""


class ChannelSection(Section):
    """Text or e-mail first (K1, K3, K4, K5)."""

    precedence: list[Literal["preference", "consent", "past_response", "balance_band"]] = Field(
        default=["preference", "consent", "past_response", "balance_band"]
    )
    use_age: Literal[False] = False
    """Age is not used (K5, R-28, R-41)."""
    text_first_below: Dollars = Cents(150_00)
    first_contact: Literal["one", "both"] = "one"
    """The first message by one way, or by text and e-mail at once where both are permitted, as one contact."""
    mid_band: Literal["learned", "cold_start"] = "learned"
    """Between the two limits: by the channel the person has answered on before, or always as below (K3)."""
    mid_band_cold_start: list[Literal["sms", "email"]] = Field(default=["sms", "email"])
    email_first_above: Dollars = Cents(300_00)


class HistorySection(Section):
    """What clean, prompt, steady and slow mean (K6)."""

    lookback_months: int = Field(default=24, ge=1, le=120)
    """Payments older than this, counted from the posting, say nothing."""
    overdue_days: int = 60
    prompt_p90: int = 15
    steady_p90: int = 45


class ToneSection(Section):
    """When words are gentle or firm (S36, S37)."""

    gentle_p90: int = 30
    firm_past_due_days: int = 60


Share = Annotated[float, Field(ge=0, le=1)]


class TaskSection(Section):
    """What a balance can be expected to bring in; it orders the staff's tasks and nothing else."""

    share_by_age_days: dict[int, Share] = Field(default={60: 0.9, 90: 0.7, 180: 0.5})
    """Up to so many days after the visit."""
    share_later: Share = 0.2
    share_by_kind: dict[str, Share] = Field(
        default={"plan_to_set_up": 0.9, "reply": 0.7, "call": 0.6, "contact_failed": 0.2}
    )
    share_of_other_kinds: Share = 0.4


class ContactSection(Section):
    """Hours, caps and gaps of outreach (K19); direct answers are not counted."""

    window_local: str = Field(default="09:00-20:00", pattern=r"^\d\d:\d\d-\d\d:\d\d$")
    first_touch_local: time = time(14, 0)
    """A balance that posts before this is first written to at this time the same day (S80), later ones the next day."""
    first_touch_soonest_minutes: int = Field(default=5, ge=0)
    sundays: bool = False
    holidays: list[date] = Field(default_factory=list)
    max_per_day: int = Field(default=1, ge=1, le=1)
    max_per_7d: int = Field(default=2, ge=1, le=7)
    max_per_30d: int = Field(default=6, ge=1, le=30)
    min_gap_h: int = Field(default=72, ge=24)
    silence_after_reply_h: int = Field(default=2, ge=2)
    quiet_after_booking_h: int = Field(default=24, ge=0)
    """A visit was just booked: the bill is not spoken of in the same breath (S110)."""
    spread_minutes: int = Field(default=15, ge=0, le=55)
    """Due at the same local hour: spread over this many minutes by a hash of the balance id."""

    @field_validator("window_local")
    @classmethod
    def _opens_before_it_closes(cls, window: str) -> str:
        span_of(window)
        return window


class ConversationSection(Section):
    """How replies are answered. Answers are no outreach: caps and gaps do not count them."""

    settle_seconds: int = Field(default=15, ge=5, le=300)
    """Rest after the patient's last word before an answer: what comes in several pieces is answered once."""
    together_seconds: int = Field(default=60, ge=5, le=600)
    """Pieces that follow each other within so many seconds are read together too."""
    answer_within_h: int = Field(default=24, ge=12, le=72)
    """A reply that has waited longer, whatever kept us, is answered by a person."""
    max_answers_per_day: int = Field(default=4, ge=1, le=10)
    """Answers to one number or address within 24 hours; then a person goes on, so that no two machines ever talk."""
    max_asked_back: int = Field(default=1, ge=0, le=2)
    """How often "what do you mean?" is asked before a person takes over."""
    safety_any_hour_minutes: int = Field(default=5, ge=0, le=5)
    """The safe answer to somebody in danger leaves at any hour within so many minutes of their own words (R-8)."""


class TemplateSection(Section):
    """What may be said only when it is true (K22)."""

    covered_most_min: float = Field(default=0.5, ge=0.5, le=1.0)
    """A share, not money (K22)."""


class NoShowSection(Section):
    """Silence after a missed visit (K15)."""

    pause_min_h: int = 48
    pause_max_d: int = 7


class RecallBundleSection(Section):
    """When a recall and a balance go out as one message (K14)."""

    min_silence_d: int = 14
    booking_link_first: Literal[True] = True
    """The visit comes before the bill, in every template (K14)."""


class RecallSection(Section):
    """Recall visits."""

    withhold_from: Dollars = Cents(300_00)
    """Who owes so much and has not answered gets no plain recall (S104)."""
    bundle: RecallBundleSection = RecallBundleSection()


class HoldoutSection(Section):
    """Who is left to the practice's own ways, to measure the difference (K10)."""

    share: float = Field(default=0.05, ge=0.0, le=0.10)
    starts: date | None = None
    """Balances posted from this day on are drawn; until a practice names one, everybody is worked."""


class GoLiveSection(Section):
    """How many people are worked at first (S121)."""

    share: float = Field(default=1.0, ge=0.0, le=1.0)
    """By guarantor; it may only be raised, then whoever is worked stays worked."""


class MetricsSection(Section):
    """Which definitions figures follow (K9)."""

    version: Literal[1] = 1


class HoldSection(Section):
    """How long silences last that nobody ended."""

    promise_grace_days: int = Field(default=2, ge=0)
    """Silence after a promised date before the ladder goes on."""
    promise_days: int = Field(default=7, ge=1)
    """Silence after a promise that named no date."""
    promise_most_days: int = Field(default=45, ge=7, le=120)
    """The longest silence for a promise, however far ahead the day lies that was named."""
    assistance_days: int = Field(default=30, ge=1)
    """A request for assistance still undecided after so many days is shown to staff again."""
    asked_which_days: int = Field(default=7, ge=2, le=30)
    """Silence of a balance while a person, asked about another one, finds out which of them the patient meant."""
    claim_open_days: int = Field(default=45, ge=1)
    """A claim that stays open so long is shown to staff."""


class Policy(Section):
    """Every number a practice can tune, with the defaults that settle K1-K23. Amounts are written in dollars."""

    version: str = "default"
    min_balance_to_contact: Dollars = Cents(10_00)
    small_balance_writeoff_max: Dollars = Cents(0)
    sms_detail_level: Literal["neutral", "amount"] = "amount"
    ledger: LedgerSection = LedgerSection()
    channel: ChannelSection = ChannelSection()
    plan: PlanSection = PlanSection()
    history: HistorySection = HistorySection()
    tone: ToneSection = ToneSection()
    ladder: LadderSection = LadderSection()
    segments: SegmentsSection = SegmentsSection()
    letters: LettersSection = LettersSection()
    escalation: EscalationSection = EscalationSection()
    tasks: TaskSection = TaskSection()
    contact: ContactSection = ContactSection()
    conversation: ConversationSection = ConversationSection()
    template: TemplateSection = TemplateSection()
    hold: HoldSection = HoldSection()
    noshow: NoShowSection = NoShowSection()
    recall: RecallSection = RecallSection()
    plan_reminder_days_before: int = Field(default=3, ge=1, le=14)
    retry: RetrySection = RetrySection()
    holdout: HoldoutSection = HoldoutSection()
    golive: GoLiveSection = GoLiveSection()
    reconciliation: ReconciliationSection = ReconciliationSection()
    credits: CreditSection = CreditSection()
    metrics: MetricsSection = MetricsSection()
    _rules: Rulebook = PrivateAttr(default_factory=lambda: NO_RULES)
    """The law, loaded beside the policy: no file of a practice can set it."""
    _signed: int = PrivateAttr(default=0)

    @property
    def rules(self) -> Rulebook:
        """The law this policy works under."""
        # Looked up here, and by every decision: pydantic's own way to it takes ten times as long.
        rules: Rulebook = (self.__pydantic_private__ or {})["_rules"]
        return rules

    @property
    def signed(self) -> int:
        """The practice's latest sign-off when this was read; 0 when it has signed nothing and its file holds."""
        return self._signed

    @property
    def rest_days(self) -> RestDays:
        """Days on which no payment is taken: the practice's own, and those on which banks rest."""
        return RestDays(frozenset(self.contact.holidays), self._rules)

    def read_after(self, sign_off: int) -> Policy:
        """The same policy, known to hold since this sign-off."""
        copy = self.model_copy()
        copy._signed = sign_off  # noqa: SLF001 - of the same class
        return copy

    def under(self, rules: Rulebook) -> Policy:
        """The same policy under these rules."""
        copy = self.model_copy()
        copy._rules = rules  # noqa: SLF001 - of the same class
        return copy


class Practice(Section):
    """Who the practice is, for messages, pages and windows."""

    practice_id: OpaqueId
    name: str = Field(min_length=1, max_length=60)
    phone: str = Field(pattern=r"^\+[1-9]\d{7,14}$")
    time_zone: ZoneName
    state: str = Field(pattern=r"^[A-Z]{2}$")
    kind: Literal["medical", "dental", "veterinary"] = "medical"
    postal_address: str = Field(min_length=5, max_length=200)
    email: str
    reply_domain: str | None = Field(default=None, pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")
    """Where answers to e-mails arrive (its MX record leads to the e-mail provider); none: at `email` itself."""
    sms_from: str = Field(pattern=r"^\+[1-9]\d{7,14}$")
    campaign: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9_]{2,39}$")
    """How its number is registered with the carriers, as a row of `_rules/sender_limits.yaml` names it (R-10)."""
    statement_name: str = Field(min_length=5, max_length=22, pattern=r"^[A-Za-z0-9 .&-]+$")
    """What stands on the card statement: the practice, nothing clinical (R-24)."""
    ledger: Literal["posting_file", "simulated"] = "posting_file"
    assistance_url: str | None = None
    signers: list[str] = Field(default_factory=list, max_length=20)
    """Initials or roles of those who may publish its policy and approve its messages."""
    roles: dict[str, Role] = Field(default_factory=dict, max_length=50)
    """Initials to the role of each who may give credits back; empty: the role that is stated is believed."""
    booking_url: str | None = None
    """Where patients book a visit themselves; without one they are asked to call."""
