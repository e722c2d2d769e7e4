"""Each kind of mistake under `sources`, told exactly and where it stands."""

from collections.abc import Callable

import pytest

CODE = "2 to 40 lower-case letters, digits or hyphens, beginning with a letter"

MISTAKES = {
    "an unknown source": (
        ("    class: MINISTRY", "    class: MINISTRY\n    source: citi"),
        '11:13: agency "interior" names source "citi"; known: city (did you mean "city"?)',
    ),
    "the store as a source of an agency": (
        ("    class: MINISTRY", "    class: MINISTRY\n    source: store"),
        (
            '11:13: agency "interior", source: leave it out; without a source the gateway\'s own '
            "store holds the cases"
        ),
    ),
    "an unknown connector": (
        ("connector: open311", "connector: open31"),
        (
            '4:16: source "city" uses connector "open31"; known: later, memory, open311 '
            '(did you mean "open311"?)'
        ),
    ),
    "a connector for another contract": (
        ("connector: open311", "connector: later"),
        ('4:16: source "city": connector "later" of elsewhere 1.0 is written for contract 2'),
    ),
    "no connector": (
        ("    connector: open311\n", ""),
        '3:3: source "city": connector is missing',
    ),
    "a bad mode": (
        ("mode: live", "mode: mirrored"),
        (
            '5:11: source "city", mode: expected one of live, mirror; came "mirrored" '
            '(did you mean "mirror"?)'
        ),
    ),
    "an option unknown to the connector": (
        ("options: {", "options: {urls: [], "),
        (
            '6:15: source "city": unknown key "options.urls"; known: areas, flavour, note, page, '
            'token, url (did you mean "url"?)'
        ),
    ),
    "an option unknown further in": (
        ("options: {", "options: {page: {szie: 3}, "),
        '6:22: source "city": unknown key "options.page.szie"; known: size (did you mean "size"?)',
    ),
    "an option missing": (
        ('url: "https://city.example/open311"', "areas: []"),
        '6:5: source "city": options.url is missing',
    ),
    "an option missing with all the others": (
        ('    options: {url: "https://city.example/open311"}\n', ""),
        '3:3: source "city": options.url is missing',
    ),
    "an option of the wrong type": (
        ("options: {", "options: {areas: [agdal, 12], "),
        '6:30: source "city", options.areas[2]: expected text; came a number (write it in quotes)',
    ),
    "an option out of range": (
        ("options: {", "options: {page: {size: 51}, "),
        (
            '6:28: source "city", options.page.size: expected a number of at most 50; '
            "came the number 51"
        ),
    ),
    "an option that is none of the choices": (
        ("options: {", "options: {flavour: plane, "),
        (
            '6:24: source "city", options.flavour: expected one of plain, chicago; came "plane" '
            '(did you mean "plain"?)'
        ),
    ),
    "an option refused in the connector's own words": (
        ("options: {", "options: {note: hear!, "),
        '6:21: source "city", options.note: the note hear! shouts',
    ),
    "a negative guard": (
        ("mode: live", "mode: live\n    guard: {timeout_seconds: -1}"),
        '6:30: source "city", guard.timeout_seconds: expected a number above 0; came the number -1',
    ),
    "a guard of zero": (
        ("mode: live", "mode: live\n    guard: {max_concurrent: 0}"),
        (
            '6:29: source "city", guard.max_concurrent: expected a number of at least 1; '
            "came the number 0"
        ),
    ),
    "an endless guard": (
        ("mode: live", "mode: live\n    guard: {per_second: .inf}"),
        '6:25: source "city", guard.per_second: expected a finite number; came the number inf',
    ),
    "a default out of range": (
        ("version: 1", "version: 1\ndefaults: {guard: {retries: -1}}"),
        "2:29: defaults.guard.retries: expected a number of at least 0; came the number -1",
    ),
    "a source without agencies": (
        ("    source: city\n", ""),
        '3:3: source "city" has no agencies; expected at least one with source: city',
    ),
    "a source called store": (
        ("  city:", "  store:", "    source: city\n", ""),
        '3:3: source "store": the name belongs to the gateway\'s own store',
    ),
    "a bad source name": (
        ("  city:", "  City_1:", "source: city", "source: City_1"),
        f'3:3: source "City_1": expected {CODE}; came "City_1"',
    ),
    "a secret that is not set": (
        ("options: {", "options: {token: '${env:CITY_KEY}', "),
        (
            '6:22: source "city", options.token: expected the environment variable CITY_KEY; '
            "it is not set"
        ),
    ),
    "a secret whose file is missing": (
        ("options: {", "options: {token: '${file:/nowhere/key}', "),
        (
            '6:22: source "city", options.token: expected a file at /nowhere/key; '
            "no such file or directory"
        ),
    ),
    "a reference of another kind": (
        ("options: {", "options: {token: '${vault:key}', "),
        (
            '6:22: source "city", options.token: expected ${env:NAME} or ${file:/path}; '
            'came "${vault:key}"'
        ),
    ),
    "a reference left open": (
        ("options: {", "options: {token: '${env:KEY', "),
        (
            '6:22: source "city", options.token: expected ${env:NAME} or ${file:/path}; '
            'came "${env:KEY"'
        ),
    ),
}


@pytest.mark.parametrize(("change", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_its_place_and_nothing_else_is(
    mistakes: Callable[..., list[str]], change: str | tuple[str, ...], expected: str
) -> None:
    assert mistakes(change) == [f"agencies.yaml:{expected}"]
