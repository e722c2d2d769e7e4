"""Take out of what is filed what nobody can have meant, and write numbers as they are dialled.

Letters stay as they were typed, in whatever script, and so do emoji. What goes:

- control characters and half characters (lone surrogates), everywhere: no keyboard types them, and
  databases, mail and agencies' systems stumble over them;
- the signs that embed, override or isolate a direction of writing (U+202A-202E, U+2066-2069), in what
  is a line: in a list or a letter, a name with such a sign turns round the words that stand beside it,
  so that another is read than was written. The bidirectional algorithm of Unicode (UAX #9) orders
  mixed Arabic and Latin without them. A description keeps them: it is evidence, and shown by itself.
"""

import re
import unicodedata
from dataclasses import replace
from typing import Final, overload

from msgspec import structs

from connectors.contract.connector import Contact, OnBehalfOf
from connectors.contract.records import Location
from resolvers.filing_request import FilingRequest

_BREAKS: Final = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
_CONTROLS: Final = dict.fromkeys({*range(0x20), *range(0x7F, 0xA0)} - set(map(ord, "\t\n\r")))
_DIRECTIONS: Final = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_NUMBER: Final = re.compile(r"\s*[+-]?\d+(?:[.٫]\d+)?\s*")
_BETWEEN_DIGITS: Final = frozenset({"Zs", "Cc", "Cf", "Pd", "Ps", "Pe"})
"""The categories of signs that may stand between the digits of a telephone number."""
_DOTS: Final = frozenset("./·")
"""Others that may."""
_NATIONAL: Final = re.compile(r"(?:(?:\+212|212|00212)?0|212|00212)([5-8][0-9]{8})")
"""Morocco's numbers, as they are dialled at home or written without the sign for abroad."""


def cleaned(request: FilingRequest) -> FilingRequest:
    """`request` with clean texts and numbers; whether they are fit is another matter."""
    return replace(
        request,
        title=line(request.title),
        description=_text(request.description),
        location=_place(request.location),
        contact=_contact(request.contact),
        on_behalf_of=_principal(request.on_behalf_of),
        attributes=tuple(
            (code, tuple(_answer(value) for value in values)) for code, values in request.attributes
        ),
    )


def phone_number(typed: str) -> str:
    """A telephone number in E.164 as far as it can be one, whatever digits it is typed in."""
    signs = (_digit(sign) for sign in typed if not _separates(sign))
    dialled = "".join(signs).replace("\uff0b", "+")
    if national := _NATIONAL.fullmatch(dialled):
        return f"+212{national[1]}"
    return f"+{dialled[2:]}" if dialled.startswith("00") else dialled


@overload
def line(text: str) -> str: ...
@overload
def line(text: None) -> None: ...
def line(text: str | None) -> str | None:
    """`text` as a line: without breaks, controls and signs that turn a direction round."""
    if text is None:
        return None
    return _text(_BREAKS.sub(" ", text)).translate(_DIRECTIONS).strip()


def _place(place: Location | None) -> Location | None:
    return None if place is None else structs.replace(place, address=line(place.address))


def _contact(contact: Contact) -> Contact:
    phone = contact.phone
    return Contact(
        name=line(contact.name),
        phone=None if phone is None else phone_number(phone),
        email=line(contact.email),
        language=contact.language,
    )


def _principal(whom: OnBehalfOf | None) -> OnBehalfOf | None:
    return None if whom is None else replace(whom, name=line(whom.name))


def _answer(value: str) -> str:
    """A number with Western digits and a point, for that is what agencies' systems read."""
    if _NUMBER.fullmatch(value):
        return "".join(map(_digit, value.strip())).replace("٫", ".")
    return _text(value)


def _text(text: str) -> str:
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return whole.translate(_CONTROLS)


def _digit(sign: str) -> str:
    return str(unicodedata.decimal(sign)) if sign.isdecimal() else sign


def _separates(sign: str) -> bool:
    return unicodedata.category(sign) in _BETWEEN_DIGITS or sign in _DOTS
