"""What SendGrid refuses in a Mail Send request; nothing is sent or stored here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

FIELDS = frozenset({
    "personalizations", "from", "reply_to", "reply_to_list", "subject", "content", "attachments", "template_id",
    "headers", "categories", "custom_args", "send_at", "batch_id", "asm", "ip_pool_name", "mail_settings",
    "tracking_settings", "sections",
})  # fmt: skip
PERSON_FIELDS = frozenset({
    "to", "cc", "bcc", "from", "subject", "headers", "substitutions", "dynamic_template_data", "custom_args", "send_at",
})  # fmt: skip
ARGUMENT_BYTES = 10_000
FROM_NEEDED = "The from object must be provided for every email send. It requires the email parameter."
TO_NEEDED = "The to array is required for all personalization objects, with at least one valid email address."
SUBJECT_NEEDED = "The subject is required, unless a template with a subject is used."


def what_is_wrong(body: Any) -> tuple[str | None, str] | None:
    """The first bad field and the sentence about it, or None for a good request."""
    if not isinstance(body, dict):
        return None, "Bad Request"
    return next(_faults_of(body), None)


def _faults_of(body: dict[str, Any]) -> Iterator[tuple[str | None, str]]:
    for name in body.keys() - FIELDS:
        yield name, "Additional property is not allowed"
    people = body.get("personalizations")
    if not isinstance(people, list) or not people:
        yield "personalizations", "The personalizations field is required and must have at least one personalization."
        return
    if len(people) > 1000:
        yield "personalizations", "There are too many personalizations; at most 1000 are allowed."
    if not _is_address(body.get("from")):
        yield "from.email", FROM_NEEDED
    for place, person in enumerate(people):
        yield from _faults_of_person(person, f"personalizations.{place}", body)
    if not body.get("template_id"):
        yield from _faults_of_content(body.get("content"))
    categories = body.get("categories", [])
    if not isinstance(categories, list) or len(categories) > 10:
        yield "categories", "The categories field is a list of at most 10 texts."


def _faults_of_person(person: Any, place: str, body: dict[str, Any]) -> Iterator[tuple[str | None, str]]:
    if not isinstance(person, dict):
        yield place, "A personalization is an object."
        return
    for name in person.keys() - PERSON_FIELDS:
        yield f"{place}.{name}", "Additional property is not allowed"
    to = person.get("to")
    if not isinstance(to, list) or not to:
        yield f"{place}.to", TO_NEEDED
        return
    everyone = [*to, *person.get("cc", []), *person.get("bcc", [])]
    if not all(_is_address(one) for one in everyone):
        yield f"{place}.to.email", "Does not contain a valid address."
    addresses = [one["email"].lower() for one in everyone if _is_address(one)]
    if len(addresses) != len(set(addresses)):
        yield place, "Each email address in the personalization block should be unique between to, cc, and bcc."
    if not (person.get("subject") or body.get("subject") or body.get("template_id")):
        yield "subject", SUBJECT_NEEDED
    arguments = person.get("custom_args", {})
    if not isinstance(arguments, dict) or not all(isinstance(value, str) for value in arguments.values()):
        yield f"{place}.custom_args", "custom_args is an object whose values are texts."
    elif len(str(arguments)) > ARGUMENT_BYTES:
        yield f"{place}.custom_args", "custom_args may not exceed 10,000 bytes."


def _faults_of_content(content: Any) -> Iterator[tuple[str | None, str]]:
    if not isinstance(content, list) or not content:
        yield "content", "Unless a valid template_id is provided, the content parameter is required."
        return
    for place, part in enumerate(content):
        if not isinstance(part, dict) or not part.get("type") or not _is_text(part.get("value")):
            yield f"content.{place}.value", "The content value must be a string at least one character in length."
            return
    kinds = [part["type"] for part in content]
    if "text/plain" in kinds[1:]:
        yield "content", "If present, text/plain must be first, followed by text/html, followed by any other content."


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _is_address(value: Any) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("email"), str):
        return False
    name, mark, domain = value["email"].partition("@")
    return bool(name and mark and "." in domain and " " not in value["email"] and "@" not in domain)
