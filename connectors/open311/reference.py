"""Put our reference into a filing where the options say, and find it again in a request.

GeoReport has no field for it. A city that shows descriptions or attributes as they were filed lets
us see whether an earlier attempt arrived.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from connectors.open311.shapes import Request, text
from connectors.translate import references_in

_OPENING: Final = "\n\n[Chikaya "
_CLOSING: Final = "]"


def trailer(reference: str) -> str:
    """What stands at the end of a description that carries `reference`."""
    return f"{_OPENING}{reference}{_CLOSING}"


def without_reference(description: str) -> str:
    """`description` as it was filed, if it carries a reference; else as it is."""
    head, opening, tail = description.rpartition(_OPENING)
    reference = tail.removesuffix(_CLOSING)
    ours = reference.replace("-", "").isdecimal() and tail.endswith(_CLOSING)
    return head if opening and ours else description


def carries(request: Request, reference: str, where: str) -> bool:
    """Whether `request` was filed with `reference`; `where` is what `reference_in` says."""
    if where == "description":
        return (text(request.description) or "").endswith(trailer(reference).strip())
    return reference in _answers_at(request, where)


def carried(request: Request, where: str | None) -> tuple[str, ...]:
    """What stands as a reference where `where` says; where nothing is said, none."""
    if where is None:
        return ()
    if where == "description":
        _, opening, tail = (text(request.description) or "").rpartition(_OPENING.strip())
        return references_in(tail) if opening and tail.endswith(_CLOSING) else ()
    return tuple(each for answer in _answers_at(request, where) for each in references_in(answer))


def _answers_at(request: Request, where: str) -> Sequence[str]:
    code = where.removeprefix("attribute[").removesuffix("]")
    return (*_answers(request.extended_attributes, code), *_answers(request.attributes, code))


def _answers(attributes: Any, code: str) -> Sequence[str]:
    """The answers to `code`, of an object by code or of a list of objects."""
    match attributes:
        case Mapping():
            return (str(attributes.get(code)),)
        case list():
            return [
                str(each.get("value"))
                for each in attributes
                if isinstance(each, Mapping) and code in {each.get("code"), each.get("name")}
            ]
    return ()
