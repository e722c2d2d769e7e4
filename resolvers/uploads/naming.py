"""Give a file a name that is safe to show, to send and to save, as near as can be to its own."""

import re
import unicodedata
from typing import Final

from resolvers.cleaning import line
from resolvers.uploads.kinds import FileKind

LONGEST_NAME: Final = 120
"""Characters; four bytes each at most, and with its suffix still a name to any file system."""
_UNNAMED: Final = "file"
_MARKS: Final = dict.fromkeys(map(ord, "\u061c\u200b\u200e\u200f\u2060\ufeff"))
"""Signs of direction and of nothing that are left in people's sentences, but hide in a name."""
_UNSAFE: Final = re.compile(r'[<>:"|?*]')
"""What file systems, shells and pages take for something else."""


def file_name(typed: str, kind: FileKind | None) -> str:
    """`typed` without its folders and what is unsafe in it, ending as names of that `kind` do.

    A suffix that says something else stays, with the right one behind it: what is opened by its
    name is opened as what it is.
    """
    last = re.split(r"[/\\]", line(typed) or "")[-1]
    plain = unicodedata.normalize("NFC", _UNSAFE.sub("_", last.translate(_MARKS))).strip(". ")
    if kind is None:
        return plain[:LONGEST_NAME] or _UNNAMED
    known = next((each for each in kind.suffixes if plain.lower().endswith(each)), "")
    stem, suffix = plain[: len(plain) - len(known)], plain[len(plain) - len(known) :]
    return f"{stem[:LONGEST_NAME].strip('. ') or _UNNAMED}{suffix or kind.suffixes[0]}"
