"""Hold catalogues against the messages that a part of the program really says."""

import re
from pathlib import Path
from typing import Any

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

_HOW: list[tuple[str, Any]] = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
_FIELD = re.compile(r"%\(\w+\)s|\{\w*\}")


def said(*folders: Path) -> Catalog:
    """Every message of the sources in `folders`."""
    found = Catalog()
    for folder in folders:
        for file, line, message, comments, context in extract_from_dir(
            folder, _HOW, keywords=DEFAULT_KEYWORDS | {"say": None}, comment_tags=()
        ):
            found.add(message, locations=[(file, line)], user_comments=comments, context=context)
    return found


def flaws(catalogue: Path, messages: Catalog) -> list[str]:
    """What `catalogue` lacks of `messages`, says besides, or says without the same fields."""
    with catalogue.open("rb") as file:
        translated = read_po(file, locale=catalogue.stem)
    missing = [
        f"not said: {each.id}" for each in messages if each.id and not _has(translated, each)
    ]
    return missing + flaws_of_words(catalogue, messages)


def flaws_of_words(catalogue: Path, messages: Catalog) -> list[str]:
    """Likewise for a catalogue that need not say everything."""
    with catalogue.open("rb") as file:
        translated = read_po(file, locale=catalogue.stem)
    entries = [each for each in translated if each.id]
    return [
        *(f"nobody says: {each.id}" for each in entries if not _has(messages, each)),
        *(f"empty: {each.id}" for each in entries if not all(_texts(each.string))),
        *(f"in doubt: {each.id}" for each in entries if each.fuzzy),
        *(f"other fields: {each.id}" for each in entries if not _same_fields(each)),
    ]


def _has(catalog: Catalog, message: Message) -> bool:
    key = message.id if isinstance(message.id, str) else message.id[0]
    return catalog.get(key, message.context) is not None


def _texts(text: Any) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def _same_fields(message: Message) -> bool:
    """Whether each form has the fields of the plural, or leaves out the number itself."""
    wanted = set(_FIELD.findall(_texts(message.id)[-1]))
    return all(
        wanted - {"%(num)s"} <= set(_FIELD.findall(each)) <= wanted
        for each in _texts(message.string)
    )
