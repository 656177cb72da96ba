"""Runs workflows in the SDK's sandbox, without a look-up for each payload that nobody needs; all limits stay."""

from __future__ import annotations

from typing import Any

from temporalio.converter import StorageDriverStoreContext
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

PASSED_THROUGH = ("receivables", "activities", "workflows", "pydantic", "annotated_types", "pydantic_core")
"""Imported once for all lives instead of once for each: less than half the memory of a cached life."""
SHARING = SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
NOWHERE = StorageDriverStoreContext(target=None)


class Sandbox(SandboxedWorkflowRunner):
    """The SDK enters the sandbox two or three times for every payload, to ask whom it belongs to.

    Neither our converters nor our codec want to know, and nothing is stored outside histories; the asking took a ninth
    of the worker's time.
    """

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """The SDK's own, which is asked for nothing but its work."""
        return _Unasked(super().create_instance(det))


def sandbox() -> Sandbox:
    """As every worker of ours has it."""
    return Sandbox(restrictions=SHARING)


class _Unasked(WorkflowInstance):
    def __init__(self, inner: WorkflowInstance) -> None:
        self._inner = inner

    def activate(self, act: Any) -> Any:  # noqa: ANN401 - the SDK's own messages
        return self._inner.activate(act)

    def get_serialization_context(self, command_info: Any) -> None:  # noqa: ANN401, ARG002 - as above
        return None

    def get_external_store_context(self, command_info: Any) -> StorageDriverStoreContext:  # noqa: ANN401, ARG002 - as above
        return NOWHERE

    def get_info(self) -> Any:  # noqa: ANN401 - as above
        return self._inner.get_info()

    def get_thread_id(self) -> int | None:
        return self._inner.get_thread_id()
