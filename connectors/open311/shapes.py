"""The shapes of GeoReport v2's answers, as tolerant as the cities that send them.

Every field may be missing or null; ids, codes and coordinates come as text or as numbers; what is
not named here is not looked at.
"""

from typing import Any, TypeAlias

import msgspec

Loose: TypeAlias = str | int | float | bool | None
"""A value that one city quotes and another does not."""


class Note(msgspec.Struct, frozen=True):
    """Chicago: something done about a request."""

    datetime: Loose = None
    summary: Loose = None
    type: Loose = None
    description: Loose = None


class Request(msgspec.Struct, frozen=True):
    """A service request, as `requests.json` lists it."""

    service_request_id: Loose = None
    token: Loose = None
    status: Loose = None
    status_notes: Loose = None
    service_name: Loose = None
    service_code: Loose = None
    description: Loose = None
    agency_responsible: Any = None
    """Text; mySociety sends an object here."""
    requested_datetime: Loose = None
    updated_datetime: Loose = None
    expected_datetime: Loose = None
    address: Loose = None
    lat: Loose = None
    long: Loose = None
    media_url: Loose = None
    notes: list[Note] | None = None
    attributes: Any = None
    extended_attributes: Any = None
    """Chicago: an object of whatever the city adds."""


class Update(msgspec.Struct, frozen=True):
    """mySociety: something said or changed in a request."""

    update_id: Loose = None
    service_request_id: Loose = None
    status: Loose = None
    updated_datetime: Loose = None
    description: Loose = None


class OfferedService(msgspec.Struct, frozen=True):
    """A service, as `services.json` lists it."""

    service_code: Loose = None
    service_name: Loose = None
    description: Loose = None
    metadata: Loose = None
    keywords: Loose = None
    group: Loose = None


class Choice(msgspec.Struct, frozen=True):
    """A permitted answer."""

    key: Loose = None
    name: Loose = None


class Question(msgspec.Struct, frozen=True):
    """An attribute of a service."""

    variable: Loose = None
    code: Loose = None
    datatype: Loose = None
    required: Loose = None
    datatype_description: Loose = None
    order: Loose = None
    description: Loose = None
    values: list[Choice] | None = None


class Definition(msgspec.Struct, frozen=True):
    """The attributes of one service."""

    service_code: Loose = None
    attributes: list[Question] | None = None


class Receipt(msgspec.Struct, frozen=True):
    """What a city says to a filing, or to its token."""

    service_request_id: Loose = None
    token: Loose = None


class Refusal(msgspec.Struct, frozen=True):
    """What a city says when it refuses; read for the names of parameters, never shown."""

    code: Loose = None
    description: Loose = None


def text(value: Loose) -> str | None:
    """`value` as text without space around it; None for what is missing or empty."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip() or None


def number(value: Loose) -> float | None:
    """`value` as a number; None for what is none."""
    if value is None or isinstance(value, bool):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None


def claim(value: Loose) -> bool:
    """Whether `value` says true, as a word or as itself."""
    return str(value).strip().lower() in {"true", "1", "yes"}
