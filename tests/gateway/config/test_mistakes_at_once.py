"""Mistakes across files, and many at a time."""

from collections.abc import Callable, Mapping

import pytest

from gateway.config import ConfigError, Configured

Configure = Callable[..., Configured]
Good = Callable[..., str]
REGIONS = ", ".join(f"MA-{number:02}" for number in range(1, 13))

AGENCY = "agencies:\n  - {code: CODE, name: {ar: ا, fr: A}, class: EEP}\n"

SEVERAL_FILES: dict[str, tuple[dict[str, str | bytes], str]] = {
    "an include in an included file": (
        {"more.yaml": "include: [agencies.yaml]\n"},
        (
            "more.yaml:1:1: include: an included file includes no further one; "
            "move it to agencies.yaml"
        ),
    ),
    "defaults in an included file": (
        {"more.yaml": "defaults: {}\n"},
        'more.yaml:1:1: unknown key "defaults"; known: agencies, sources, templates, version',
    ),
    "an agency in two files": (
        {"more.yaml": AGENCY.replace("CODE", "tiznit")},
        'more.yaml:2:12: the code "tiznit" is used twice, first at agencies.yaml:12:11',
    ),
    "a source in two files": (
        {"more.yaml": "sources:\n  city: {connector: memory, mode: live, options: {url: 'a:b'}}\n"},
        'more.yaml:2:3: the name of source "city" is used twice, first at agencies.yaml:4:3',
    ),
    "bytes that are not UTF-8": (
        {"more.yaml": b"version: 1\n# Direction de l'" + b"\xe9quipement\n"},
        "more.yaml:2:18: expected UTF-8; came the byte 0xE9",
    ),
    "an include of another kind of file, whose content may be a secret": (
        {"more.yaml": "hunter2\n"},
        "more.yaml:1:1: expected a mapping; came text",
    ),
    "a folder instead of a file": (
        {"more.yaml/really.yaml": "version: 1\n"},
        "more.yaml: expected a readable file; is a directory",
    ),
    "a file that is far too large": (
        {"more.yaml": b"#" * 10_000_001},
        "more.yaml: expected at most 10000000 bytes; came more (includes may share them)",
    ),
    "another version": (
        {"more.yaml": "version: 2\n" + AGENCY.replace("CODE", "more")},
        "more.yaml:1:10: version: expected 1; came the number 2",
    ),
    "text in sixteen bits": (
        {"more.yaml": "version: 1\n".encode("utf-16")},
        "more.yaml:1:1: expected UTF-8; came the byte 0xFF",
    ),
    "an empty included file": (
        {"more.yaml": ""},
        "more.yaml:1:1: the file is empty; expected a mapping that begins with version: 1",
    ),
}


@pytest.mark.parametrize(("files", "expected"), SEVERAL_FILES.values(), ids=SEVERAL_FILES)
def test_a_mistake_in_an_included_file_names_that_file(
    configure: Configure, good: Good, files: Mapping[str, str | bytes], expected: str
) -> None:
    main = good("version: 1", "version: 1\ninclude: [more.yaml]")
    with pytest.raises(ConfigError) as caught:
        configure({"agencies.yaml": main, **files})
    assert str(caught.value).splitlines() == [expected]


def test_a_missing_file_is_named(configure: Configure) -> None:
    with pytest.raises(ConfigError) as caught:
        configure({})
    assert str(caught.value) == (
        "agencies.yaml: expected a readable file; no such file or directory"
    )


def test_demonstrations_are_refused_in_production_only(configure: Configure, good: Good) -> None:
    text = good("mode: live", "mode: live\n    demonstration: true")
    assert configure(text).sources[0].demonstration
    with pytest.raises(ConfigError) as caught:
        configure(text, production=True)
    assert str(caught.value) == (
        'agencies.yaml:6:20: source "city" is a demonstration; production serves none'
    )


def test_what_an_unreadable_include_may_hold_is_not_called_unknown(
    configure: Configure, good: Good
) -> None:
    text = good("version: 1", "version: 1\ninclude: [more.yaml]", "source: city", "source: town")
    with pytest.raises(ConfigError) as caught:
        configure({"agencies.yaml": text, "more.yaml": "\tversion: 1"})
    assert str(caught.value) == "more.yaml:1:1: expected spaces; came a tab"


def test_all_mistakes_are_told_at_once_in_the_order_of_the_files(configure: Configure) -> None:
    main = """\
version: 3
include: [agencies.d/*.yaml]
sources:
  store: {connector: memory, mode: live, options: {url: "https://a.example"}}
  city:
    connector: open31
    mode: alive
    guard: {timeout_seconds: 0, retry: 1}
agencies:
  - code: interior
    name: {fr: Intérieur}
    class: MINISTRY
    region: 4
    source: citi
  - code: interior
    name: {ar: ا, fr: A}
    class: MINISTRY
    parent: nobody
"""
    extra = "sources:\n  town: {connector: memory, mode: live, options: {ulr: 'a:b'}}\n"
    with pytest.raises(ConfigError) as caught:
        configure(
            {"agencies.yaml": main, "agencies.d/a.yaml": extra, "agencies.d/b.yaml": "agency: 1"}
        )
    assert str(caught.value).splitlines() == [
        "agencies.yaml:1:10: version: expected 1; came the number 3",
        'agencies.yaml:4:3: source "store": the name belongs to the gateway\'s own store',
        'agencies.yaml:5:3: source "city" has no agencies; expected at least one with source: city',
        (
            'agencies.yaml:6:16: source "city" uses connector "open31"; known: later, memory, open311 '
            '(did you mean "open311"?)'
        ),
        (
            'agencies.yaml:7:11: source "city", mode: expected one of live, mirror; came "alive" '
            '(did you mean "live"?)'
        ),
        (
            'agencies.yaml:8:30: source "city", guard.timeout_seconds: expected a number above 0; '
            "came the number 0"
        ),
        (
            'agencies.yaml:8:33: source "city": unknown key "guard.retry"; known: breaker_failures, '
            "breaker_seconds, detail_calls, lifetime_seconds, max_concurrent, per_second, retries, "
            'share_calls, timeout_seconds (did you mean "retries"?)'
        ),
        'agencies.yaml:11:5: agency "interior": name.ar is missing',
        (
            f'agencies.yaml:13:13: agency "interior", region: expected one of {REGIONS}; '
            "came the number 4"
        ),
        (
            'agencies.yaml:14:13: agency "interior" names source "citi"; known: city, store, town '
            '(did you mean "city"?)'
        ),
        'agencies.yaml:15:11: the code "interior" is used twice, first at agencies.yaml:10:11',
        (
            'agencies.yaml:18:13: agency "interior" names parent "nobody", which no agency has as its '
            "code"
        ),
        'agencies.d/a.yaml:2:3: source "town" has no agencies; expected at least one with source: town',
        'agencies.d/a.yaml:2:41: source "town": options.url is missing',
        (
            'agencies.d/a.yaml:2:51: source "town": unknown key "options.ulr"; known: areas, flavour, '
            'note, page, token, url (did you mean "url"?)'
        ),
        (
            'agencies.d/b.yaml:1:1: unknown key "agency"; known: agencies, sources, templates, version '
            '(did you mean "agencies"?)'
        ),
    ]
