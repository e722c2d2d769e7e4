"""Read the value of a setting from text, or say what was expected and what came."""

import math
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path

from yarl import URL

from gateway.config.mistakes import nearest, quoted


class Unfit(Exception):
    """A value that cannot be; its text says what was expected and what came."""


def choice(*choices: str) -> Callable[[str], str]:
    """Reads one of these words."""

    def parse(text: str) -> str:
        if text not in choices:
            came = f"{quoted(text)}{nearest(text, choices)}"
            raise Unfit(f"expected {' or '.join(choices)}; came {came}")
        return text

    return parse


def whole(least: int, most: int) -> Callable[[str], int]:
    """Reads a whole number in these bounds."""

    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            raise Unfit(f"expected a whole number from {least} to {most}; came {quoted(text)}")
        return number

    return parse


def number(above: float, most: float) -> Callable[[str], float]:
    """Reads a number in these bounds."""

    def parse(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not above < number <= most:
            raise Unfit(
                f"expected a number above {above:g} and up to {most:g}; came {quoted(text)}"
            )
        return number

    return parse


def words(text: str) -> str:
    """Any text but none."""
    if not text.strip():
        raise Unfit(f"expected some text; came {quoted(text)}")
    return text


def path(text: str) -> Path:
    """The path of a file."""
    return Path(words(text))


def web_address(text: str) -> str:
    """A URL, as it is written; of a wrong one nothing is told that may be a password."""
    try:
        url = URL(text)
        safe = url.scheme == "https" or (url.scheme == "http" and is_loopback(url.host or ""))
    except ValueError:
        url, safe = URL(), False
    if not safe or not url.host or url.user or url.password or url.query_string or url.fragment:
        came = "another URL" if "://" in text else "no URL"
        raise Unfit(
            "expected an https:// URL without user, query and fragment (http:// only to this "
            f"machine); came {came}"
        )
    return text


def web_origin(text: str) -> str:
    """A URL of scheme, host and port alone, without a slash at its end."""
    if URL(web_address(text)).path != "/":
        raise Unfit("expected a URL without a path; came one with a path")
    return text.rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether an address or a host's name is this machine's own."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
