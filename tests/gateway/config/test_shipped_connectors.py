"""The connectors that come with the gateway judge their options by place, and keep secrets."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from gateway.config import ConfigError, load

CITY = """\
version: 1
sources:
  city:
    connector: open311
    mode: live
    options: {OPTIONS}
agencies:
  - {code: city, name: {ar: مدينة, fr: Ville}, class: COLLECTIVITE, source: city}
"""
SECRET = "s3cr3t-hunter2"
GOOD = "url: 'https://city.example/v2'"

CASES: dict[str, tuple[str, Mapping[str, str], str]] = {
    "no address": (
        "api_key: '${env:KEY}'",
        {"KEY": SECRET},
        '6:5: source "city": options.url is missing',
    ),
    "an address that is none, from outside": (
        "url: '${env:URL}'",
        {"URL": f"ftp://user:{SECRET}@city.example"},
        '6:20: source "city", options.url: expected an address that begins with http or https; came text',
    ),
    "a secret that is not set": (
        f"{GOOD}, api_key: '${{env:KEY}}'",
        {},
        (
            '6:56: source "city", options.api_key: expected the environment variable KEY; '
            "it is not set"
        ),
    ),
    "a secret where a choice is wanted": (
        f"{GOOD}, language: '${{env:KEY}}'",
        {"KEY": SECRET},
        '6:57: source "city", options.language: expected one of ar, fr, en, zgh; came "${env:KEY}"',
    ),
    "a secret where a time zone is wanted": (
        f"{GOOD}, timezone: '${{env:KEY}}'",
        {"KEY": SECRET},
        ('6:57: source "city", options.timezone: expected a time zone such as Africa/Casablanca'),
    ),
    "a time without a zone": (
        f"{GOOD}, earliest: 2020-01-01T00:00:00",
        {},
        '6:57: source "city", options.earliest: expected timezone info; came text',
    ),
    "a number out of range": (
        f"{GOOD}, ids_per_call: 0",
        {},
        (
            '6:61: source "city", options.ids_per_call: expected a number of at least 1; '
            "came the number 0"
        ),
    ),
    "a key of another connector": (
        f"{GOOD}, path: cases.json",
        {},
        'unknown key "options.path"; known: ',
    ),
}


@pytest.mark.parametrize(("options", "environ", "expected"), CASES.values(), ids=CASES)
def test_a_wrong_option_is_told_where_it_stands_and_no_secret_is(
    home: Path, options: str, environ: Mapping[str, str], expected: str
) -> None:
    (home / "agencies.yaml").write_text(CITY.replace("OPTIONS", options), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(Path("agencies.yaml"), environ=environ)
    told = str(caught.value)
    assert expected in told
    assert len(told.splitlines()) == 1
    assert SECRET not in told
    assert caught.value.__cause__ is caught.value.__context__ is None
