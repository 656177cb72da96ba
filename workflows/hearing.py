"""What a balance can be told: one signal per kind of fact. Handlers only record; the loop acts at its own pace."""

from __future__ import annotations

from datetime import datetime

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from receivables import facts
    from receivables.facts import AnyFact


class Hearing:
    """The ears of `CollectBalance`; what is heard waits in `_heard` until the loop folds it."""

    _heard: list[AnyFact]
    _told: datetime | None
    """The latest moment that whoever keeps the clock has told us has come."""

    @workflow.signal(description="The insurer has answered; a share is left with the patient.")
    def balance_posted(self, fact: facts.BalancePosted) -> None:
        self._heard.append(fact)

    @workflow.signal(description="The payer or the practice changed the patient's share.")
    def balance_adjusted(self, fact: facts.BalanceAdjusted) -> None:
        self._heard.append(fact)

    @workflow.signal(description="Patient money arrived.")
    def payment_received(self, fact: facts.PaymentRecorded) -> None:
        self._heard.append(fact)

    @workflow.signal(description="A payment was taken back.")
    def payment_reversed(self, fact: facts.PaymentReversed) -> None:
        self._heard.append(fact)

    @workflow.signal(description="The patient wrote back; the text is in the database.")
    def reply_received(self, fact: facts.ReplyReceived) -> None:
        self._heard.append(fact)

    @workflow.signal(description="A person says what a reply means, where it was read wrongly.")
    def reading_corrected(self, fact: facts.ReadingCorrected) -> None:
        self._heard.append(fact)

    @workflow.signal(description="A visit was booked.")
    def appointment_booked(self, fact: facts.AppointmentBooked) -> None:
        self._heard.append(fact)

    @workflow.signal(description="A visit was missed.")
    def no_show_recorded(self, fact: facts.AppointmentMissed) -> None:
        self._heard.append(fact)

    @workflow.signal(description="A visit was cancelled.")
    def appointment_cancelled(self, fact: facts.AppointmentCancelled) -> None:
        self._heard.append(fact)

    @workflow.signal(description="A recall visit is due.")
    def recall_due(self, fact: facts.RecallDue) -> None:
        self._heard.append(fact)

    @workflow.signal(description="The guarantor agreed to be written to, or refused.")
    def consent_recorded(self, fact: facts.ConsentRecorded) -> None:
        self._heard.append(fact)

    @workflow.signal(description="A message about another balance of the same person spoke of this one too.")
    def message_carried(self, fact: facts.MessageSent) -> None:
        self._heard.append(fact)

    @workflow.signal(description="The bill is contested.")
    def dispute_raised(self, fact: facts.DisputeRaised) -> None:
        self._heard.append(fact)

    @workflow.signal(description="The bank has decided about a card payment.")
    def dispute_closed(self, fact: facts.DisputeClosed) -> None:
        self._heard.append(fact)

    @workflow.signal(description="Help with paying was asked for.")
    def assistance_requested(self, fact: facts.AssistanceRequested) -> None:
        self._heard.append(fact)

    @workflow.signal(description="Consent was revoked.")
    def contact_stopped(self, fact: facts.ContactStopped) -> None:
        self._heard.append(fact)

    @workflow.signal(description="Contact details or wishes changed.")
    def contact_updated(self, fact: facts.ContactUpdated) -> None:
        self._heard.append(fact)

    @workflow.signal(description="The guarantor has died.")
    def guarantor_deceased(self, fact: facts.GuarantorDeceased) -> None:
        self._heard.append(fact)

    @workflow.signal(description="Bankruptcy: the automatic stay is in force.")
    def bankruptcy_filed(self, fact: facts.BankruptcyFiled) -> None:
        self._heard.append(fact)

    @workflow.signal(description="A lawyer acts for the guarantor.")
    def attorney_represented(self, fact: facts.AttorneyRepresents) -> None:
        self._heard.append(fact)

    @workflow.signal(description="The patient opened the dispute resolution about an estimate.")
    def estimate_disputed(self, fact: facts.EstimateDisputed) -> None:
        self._heard.append(fact)

    @workflow.signal(description="The person wants to be reached in another way only.")
    def confidential_requested(self, fact: facts.ConfidentialRequested) -> None:
        self._heard.append(fact)

    @workflow.signal(description="A person added a note.")
    def staff_noted(self, fact: facts.StaffNote) -> None:
        self._heard.append(fact)

    @workflow.signal(description="A message did not arrive.")
    def delivery_failed(self, fact: facts.DeliveryFailed) -> None:
        self._heard.append(fact)

    @workflow.signal(description="A card was put on file and the plan's charges were authorized.")
    def card_enrolled(self, fact: facts.CardEnrolled) -> None:
        self._heard.append(fact)

    @workflow.signal(description="The card on file was renewed.")
    def card_changed(self, fact: facts.CardChanged) -> None:
        self._heard.append(fact)

    @workflow.signal(description="The card is no longer kept.")
    def card_removed(self, fact: facts.CardRemoved) -> None:
        self._heard.append(fact)

    @workflow.signal(description="A card said no, or a bank debit came back.")
    def charge_declined(self, fact: facts.ChargeDeclined) -> None:
        self._heard.append(fact)

    @workflow.signal(description="A bank debit is on its way.")
    def charge_pending(self, fact: facts.ChargePending) -> None:
        self._heard.append(fact)

    @workflow.signal(description="The patient stopped automatic payments.")
    def autopay_stopped(self, fact: facts.AutopayStopped) -> None:
        self._heard.append(fact)

    @workflow.signal(description="Terms of a plan were agreed.")
    def plan_agreed(self, fact: facts.PlanAgreed) -> None:
        self._heard.append(fact)

    @workflow.signal(description="The patient asked for a change of the plan.")
    def plan_change_asked(self, fact: facts.PlanChangeAsked) -> None:
        self._heard.append(fact)

    @workflow.signal(description="The plan was ended.")
    def plan_cancelled(self, fact: facts.PlanCancelled) -> None:
        self._heard.append(fact)

    @workflow.signal(description="A person finished a task.")
    def task_resolved(self, fact: facts.TaskResolved) -> None:
        self._heard.append(fact)

    @workflow.signal(description="A person silenced the agent.")
    def outreach_paused(self, fact: facts.OutreachPaused) -> None:
        self._heard.append(fact)

    @workflow.signal(description="A person let the agent speak again.")
    def outreach_resumed(self, fact: facts.OutreachResumed) -> None:
        self._heard.append(fact)

    @workflow.signal(description="A person ended the case.")
    def case_closed(self, fact: facts.CaseClosed) -> None:
        self._heard.append(fact)

    @workflow.signal(description="A policy was published; the next decision follows it.")
    def policy_changed(self, fact: facts.PolicyChanged) -> None:
        self._heard.append(fact)

    @workflow.signal(description="The moment this case rests for has come, told by whoever keeps the clock.")
    def time_passed(self, fact: facts.TimePassed) -> None:
        self._told = max(fact.at, self._told or fact.at)
