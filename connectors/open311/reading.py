"""Read an answer as what GeoReport v2 promises, or say what it is instead.

Nothing of an answer gets into a message.
"""

from typing import Final, TypeVar

import msgspec

from connectors.contract.connector import Response
from connectors.contract.errors import BadData, SourceUnavailable
from connectors.translate import is_a_page, text_of

_T = TypeVar("_T", bound=msgspec.Struct)
_ANOTHER_SHAPE: Final = "the source's answer has another shape"


def rows(response: Response, shape: type[_T], *, charset: str | None = None) -> list[_T]:
    """The objects of an answer: of a list, of a list in an object, or the only one there is.

    Raises `BadData`, and `SourceUnavailable` for a page meant for people.
    """
    content = _json(response, charset)
    try:
        if not content.startswith("{"):
            return _recognised(msgspec.json.decode(content, type=list[shape]), shape)  # type: ignore[valid-type]
        alone = msgspec.json.decode(content, type=shape)
        if _known(alone):
            return [alone]
        inside = msgspec.json.decode(content, type=dict[str, msgspec.Raw])
        lists = [bytes(value) for value in inside.values() if bytes(value).startswith(b"[")]
        if len(lists) == 1:
            return _recognised(msgspec.json.decode(lists[0], type=list[shape]), shape)  # type: ignore[valid-type]
    except msgspec.ValidationError as other:
        raise BadData(_ANOTHER_SHAPE, detail=str(other)) from other
    except RecursionError as endless:
        raise BadData(_ANOTHER_SHAPE) from endless
    except msgspec.DecodeError as broken:
        raise BadData("the source's answer is broken JSON", detail=str(broken)) from broken
    raise BadData(_ANOTHER_SHAPE)


def _json(response: Response, charset: str | None) -> str:
    content = text_of(response, charset)
    if content is None:
        raise BadData("the source's answer is not in the character set it states")
    content = content.strip()
    kind = response.headers.get("content-type", "").lower()
    if not content:
        raise BadData("the source's answer is empty")
    if content.startswith("<?xml") or "xml" in kind.partition(";")[0].replace("xhtml+xml", ""):
        raise BadData("the source answers in XML; expected JSON")
    if is_a_page(response, content):
        raise SourceUnavailable("the source answers with a web page; expected JSON")
    return content


def _recognised(found: list[_T], shape: type[_T]) -> list[_T]:
    if any(not _known(row) for row in found):
        raise BadData(f"{_ANOTHER_SHAPE}: no {shape.__name__.lower()} is it")
    return found


def _known(row: msgspec.Struct) -> bool:
    """Whether at least one field that we know was there."""
    return any(getattr(row, name) is not None for name in row.__struct_fields__)
