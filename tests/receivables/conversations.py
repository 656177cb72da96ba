"""Ways to tell a conversation: a text went out, somebody wrote, time passed, only a person answers."""

from datetime import timedelta

from stories import Story

from receivables.steps import AskStaff

STEADY = {"days_to_pay": [20, 31, 28, 40, 25]}


def texted() -> Story:
    """A text went out at two; now it is three on Monday."""
    return Story().posted(145_00, history=STEADY).until(0, "15:00")


def wrote(story: Story, intent: str, *more: str, action: str = "answer_question", abstain: bool = False, **also: object) -> Story:
    channel = str(also.pop("channel", "sms"))
    return story.writes(intent, action, *more, channel=channel, abstain=abstain, **also)


def later(story: Story, **span: float) -> Story:
    story.now += timedelta(**span)
    return story


def only_a_person(story: Story, because: str) -> None:
    decision = story.decides()
    assert isinstance(decision.step, AskStaff)
    assert decision.step.task_kind == "reply"
    assert because in " ".join(decision.because)
    assert story.until(story.now.day + 40, "12:00").asked.count("reply") == 1
