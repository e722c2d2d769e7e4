"""Make what the graph takes of what was filled in, and know which field asked for what."""

from math import isfinite
from typing import Any, Final

from gateway.portal.forms import Form

FIELDS: Final = {
    "description": "description",
    "uploads": "file",
    "kind": "kind",
    "agency": "agency",
    "serviceCode": "service",
    "location": "address",
    "contact.name": "name",
    "contact.phone": "phone",
    "contact.email": "email",
    "onBehalfOf.name": "behalf",
    "onBehalfOf.mandate": "mandate",
}
"""By the path of an input, the field that asks for it."""
ANSWER: Final = "answer."
"""Before the code of a question, the name of the field that asks it."""


def input_of(form: Form, language: str) -> dict[str, Any]:
    """The `FileComplaintInput` of who reads `language`."""
    contact = {name: form.given(name) for name in ("name", "phone", "email")}
    return {
        "idempotencyKey": form.get("key"),
        "kind": form.get("kind") or "COMPLAINT",
        "description": form.get("description"),
        "uploads": [id_ for id_, _ in form.uploads],
        "agency": form.get("agency"),
        "serviceCode": form.given("service"),
        "attributes": _answers(form) if form.given("service") else None,
        "location": _location(form),
        "contact": contact | {"language": language},
        "onBehalfOf": _on_behalf(form),
        "secret": form.get("secret") == "yes",
    }


def _answers(form: Form) -> list[dict[str, Any]]:
    codes = dict.fromkeys(name for name, _ in form.fields if name.startswith(ANSWER))
    answered = ((name, [each for each in form.all(name) if each.strip()]) for name in codes)
    return [
        {"code": name.removeprefix(ANSWER), "values": values} for name, values in answered if values
    ]


def _location(form: Form) -> dict[str, Any] | None:
    address = {"address": form.given("address")} if form.given("address") else {}
    # A script fills these in, if the person lets it.
    position = {name: _degrees(form.get(name)) for name in ("latitude", "longitude")}
    found = address if None in position.values() else address | position
    return found or None


def _degrees(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if isfinite(found) else None


def _on_behalf(form: Form) -> dict[str, Any] | None:
    if form.get("for") != "other":
        return None
    return {"name": form.get("behalf"), "mandate": form.get("mandate") or "OTHER"}
