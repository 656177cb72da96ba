"""A notice says what to do, names nobody, and belongs to a practice or to whoever runs the system."""

from typing import get_args

import pytest
from pydantic import ValidationError

from receivables.notices import NOTICE_KINDS, OPERATOR, SUGGESTIONS, Notice, NoticeKind
from receivables.steps import AskStaff


def test_every_kind_of_notice_says_what_to_do_and_is_no_question_of_a_case() -> None:
    assert set(SUGGESTIONS) == NOTICE_KINDS == set(get_args(NoticeKind))
    assert not NOTICE_KINDS & set(get_args(AskStaff.model_fields["task_kind"].annotation))


def test_a_notice_needs_no_balance_and_its_id_carries_no_address() -> None:
    notice = Notice(notice_id="unreadable.inbox.7", practice_id=OPERATOR, kind="unreadable", summary="A webhook.")
    assert (notice.balance_id, notice.cents) == (None, 0)
    for wrong in ("pat@example.com", "+13125550142", "", "a b"):
        with pytest.raises(ValidationError):
            Notice(notice_id=wrong, practice_id="p7", kind="setup", summary="s")
