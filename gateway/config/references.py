"""Put secrets and settings from outside in the place of `${env:NAME}` and `${file:/path}`."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from gateway.config.document import Document, Key
from gateway.config.files import Noted
from gateway.config.mistakes import Mistake, quoted
from gateway.config.refusals import named

_REFERENCE = re.compile(r"\$\{([^}]*)\}?")


@dataclass(frozen=True, slots=True)
class Resolved:
    """Options as the connector gets them, and what of them must not be shown."""

    data: object = field(repr=False)
    secrets: Mapping[str, str] = field(repr=False)
    """The reference by what it stands for."""
    unresolved: Collection[Key]
    """Where a reference led nowhere."""

    def mask(self, text: str) -> str:
        """The text with every secret put back to its reference, however it was escaped."""
        for secret in sorted(self.secrets, key=len, reverse=True):
            for form in (secret, repr(secret)[1:-1], quote(secret), quote(secret, safe="")):
                text = text.replace(form, self.secrets[secret])
        return text


class Resolver:
    """The walk through the options of one source."""

    def __init__(
        self,
        document: Document,
        environ: Mapping[str, str],
        noted: Noted,
        mistakes: list[Mistake],
    ) -> None:
        self._document = document
        self._environ = environ
        self._noted = noted
        self._mistakes = mistakes
        self._secrets: dict[str, str] = {}
        self._unresolved: set[Key] = set()

    def resolve(self, where: Key) -> Resolved:
        """The data at `where`; what cannot be resolved is a mistake and stays as it is."""
        data = self._value(self._document.get(*where), where)
        return Resolved(data, self._secrets, self._unresolved)

    def _value(self, data: object, where: Key) -> object:
        match data:
            case str():
                return _REFERENCE.sub(lambda found: self._reference(found, where), data)
            case dict():
                return {key: self._value(value, (*where, key)) for key, value in data.items()}
            case list():
                return [self._value(value, (*where, i)) for i, value in enumerate(data)]
            case _:
                return data

    def _reference(self, found: re.Match[str], where: Key) -> str:
        reference = found[0]
        kind, _, name = found[1].partition(":")
        if not reference.endswith("}") or kind not in {"env", "file"} or not name:
            self._report(
                f"expected ${{env:NAME}} or ${{file:/path}}; came {quoted(reference)}", where
            )
            return reference
        secret = self._variable(name, where) if kind == "env" else self._content(name, where)
        if secret is None:
            return reference
        self._secrets[secret] = reference
        return secret

    def _variable(self, name: str, where: Key) -> str | None:
        value = self._environ.get(name)
        if not value:
            state = "not set" if value is None else "empty"
            self._report(f"expected the environment variable {name}; it is {state}", where)
        return value or None

    def _content(self, name: str, where: Key) -> str | None:
        # Relative to the file that says so: an inherited option's is the template's.
        path = Path(self._document.value_at(where).file).parent / name
        self._noted.before(path)
        try:
            value = path.read_text("utf-8").removesuffix("\n").removesuffix("\r")
        except OSError as error:
            reason = (error.strerror or "it cannot be read").lower()
            self._report(f"expected a file at {name}; {reason}", where)
            return None
        except UnicodeDecodeError:
            self._report(f"expected UTF-8 text in {name}; came other bytes", where)
            return None
        if not value:
            self._report(f"expected text in {name}; it is empty", where)
        return value or None

    def _report(self, text: str, where: Key) -> None:
        self._unresolved.add(where)
        thing, rest = named(self._document, where)
        self._mistakes.append(Mistake(f"{thing}, {rest}: {text}", self._document.value_at(where)))
