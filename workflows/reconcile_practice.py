"""One proof of a practice's books, nightly by its schedule or when somebody asks; it only says what is to be done."""

from __future__ import annotations

from temporalio import workflow
from temporalio.common import VersioningBehavior

with workflow.unsafe.imports_passed_through():
    from receivables.proof import Proof, ProofOrder
    from workflows.activity_options import PROVE_BOOKS
    from workflows.contract import RECONCILE_PRACTICE


@workflow.defn(name=RECONCILE_PRACTICE, versioning_behavior=VersioningBehavior.PINNED)
class ReconcilePractice:
    """The processor's money, our records and the practice's ledger are compared to the cent."""

    @workflow.run
    async def run(self, order: ProofOrder) -> Proof:
        """The proof, with what still stands; every new difference has its task."""
        left = order.tries
        while True:
            left -= 1
            proof = await self._prove(order.model_copy(update={"tells": order.tells and left <= 0}))
            if left <= 0 or not proof.could_not:
                return proof
            await workflow.sleep(order.pause_seconds, summary="Somebody's books could not be read; ask again")

    async def _prove(self, order: ProofOrder) -> Proof:
        proof: Proof = await workflow.execute_activity(
            "prove_books", order, result_type=Proof, summary="Compare processor, records and the practice's ledger",
            **PROVE_BOOKS,
        )  # fmt: skip
        found = f"{proof.opened} new differences, {proof.gone} gone, {proof.unexplained} stand unexplained."
        workflow.set_current_details(proof.could_not or found)
        return proof
