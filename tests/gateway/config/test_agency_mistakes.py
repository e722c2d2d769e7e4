"""Each kind of mistake in the file itself and under `agencies`, told exactly and where it stands."""

from collections.abc import Callable

import pytest

from tests.gateway.config.conftest import CITY

CLASSES = "MINISTRY, HIGH_COMMISSION, COLLECTIVITE, EEP, OTHER"
REGIONS = ", ".join(f"MA-{number:02}" for number in range(1, 13))
CODE = "2 to 40 lower-case letters, digits or hyphens, beginning with a letter"

MISTAKES = {
    "unknown key": (
        ("    mode: live", "    mode: live\n    gard: {}"),
        (
            '6:5: source "city": unknown key "gard"; known: connector, delivery, demonstration, desk, guard, mode, '
            'options, sync, use (did you mean "guard"?)'
        ),
    ),
    "unknown key at the top": (
        ("version: 1", "version: 1\nagenices: []"),
        (
            '2:1: unknown key "agenices"; known: agencies, defaults, include, policy, sources, templates, version '
            '(did you mean "agencies"?)'
        ),
    ),
    "wrong type": (
        ("mode: live", "mode: live\n    demonstration: maybe"),
        '6:20: source "city", demonstration: expected true or false; came "maybe"',
    ),
    "a number for a text": (
        ("fr: Tiznit", "fr: 85000"),
        (
            '12:28: agency "tiznit", name.fr: expected text; came the number 85000 '
            "(write it in quotes)"
        ),
    ),
    "an agency that is no mapping": (
        ("  - code: interior", "  - rabat\n  - code: interior"),
        '8:5: agency 1: expected a mapping; came "rabat"',
    ),
    "an unknown thing to hold": (
        ("mode: live", "mode: mirror\n    sync: {holds: text}"),
        (
            '6:19: source "city", sync.holds: expected one of index, titles, texts; came "text" '
            '(did you mean "texts"?)'
        ),
    ),
    "passes over a live source": (
        ("mode: live", "mode: live\n    sync: {every_seconds: 60}"),
        (
            '6:11: source "city", sync: only a source of mode mirror is read in passes; this one is '
            "live"
        ),
    ),
    "a key given twice": (
        ("mode: live", "mode: live\n    connector: memory"),
        '6:5: the key "connector" is given twice, first at agencies.yaml:4:5',
    ),
    "no YAML": (
        ("mode: live", "mode: live: mirror"),
        "5:15: expected YAML; mapping values are not allowed here",
    ),
    "an unclosed bracket": (
        "version: 1\nagencies: [\n",
        (
            "3:1: expected YAML; expected the node content, but found '<stream end>' "
            "(while parsing a flow node begun at 3:1)"
        ),
    ),
    "a tab": (("    mode", "\tmode"), "5:1: expected spaces; came a tab"),
    "a tag": (
        ("mode: live", "mode: !secret live"),
        "5:11: expected plain YAML; came the tag !secret",
    ),
    "an anchor in itself": (
        ('options: {url: "', 'options: &all {token: *all, url: "'),
        "6:14: the anchor &all holds itself",
    ),
    "a control character": (
        ("fr: Tiznit", "fr: Tiz\x07nit"),
        "12:31: expected printable characters; came U+0007",
    ),
    "half a character": (
        ("fr: Tiznit", 'fr: "Tiznit \\ud83d"'),
        "12:28: expected whole characters; came half of a pair",
    ),
    "a character that only an escape can write": (
        ("fr: Tiznit", 'fr: "Tiz\\0nit"'),
        "12:28: expected printable characters; came U+0000",
    ),
    "a second document": (
        CITY + "---\n" + CITY,
        (
            "15:1: expected YAML; but found another document "
            "(expected a single document in the stream begun at 1:1)"
        ),
    ),
    "an alias of nothing": (
        ("fr: Tiznit", "fr: *name"),
        "12:28: expected YAML; found undefined alias 'name'",
    ),
    "aliases that stand for millions": (
        CITY
        + "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
        + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)),
        (
            "15:37: expected at most 300000 values, each alias counted as what it stands for; "
            "came more"
        ),
    ),
    "lists within lists": (
        CITY + "deep: " + "[" * 60 + "]" * 60,
        "15:57: expected at most 50 mappings and lists within each other; came more",
    ),
    "more lists within lists than can be read": (
        CITY + "deep: " + "[" * 500 + "]" * 500,
        " expected at most 50 mappings and lists within each other; came more",
    ),
    "a merged mapping": (
        ("  - code: tiznit", "  - code: tiznit\n    <<: {region: MA-09}"),
        '12:5: agency "tiznit": unknown key "<<"; known: class, code, name, parent, region, services, source',
    ),
    "an agency code used twice": (
        ("code: tiznit", "code: interior"),
        '11:11: the code "interior" is used twice, first at agencies.yaml:8:11',
    ),
    "a service code used twice": (
        (
            "class: MINISTRY",
            (
                "class: MINISTRY\n    services:\n"
                "      - {code: id, name: {ar: ا, fr: A}}\n      - {code: id, name: {ar: ب, fr: B}}"
            ),
        ),
        (
            '13:16: agency "interior": the service code "id" is used twice, '
            "first at agencies.yaml:12:16"
        ),
    ),
    "a bad service code": (
        (
            "class: MINISTRY",
            'class: MINISTRY\n    services: [{code: "a:b", name: {ar: ا, fr: A}}]',
        ),
        (
            '11:23: agency "interior", services[1].code: expected 1 to 64 characters without spaces '
            'or colons; came "a:b"'
        ),
    ),
    "an unknown class": (
        ("class: MINISTRY", "class: MINISTERY"),
        (
            f'10:12: agency "interior", class: expected one of {CLASSES}; came "MINISTERY" '
            '(did you mean "MINISTRY"?)'
        ),
    ),
    "a region that is none": (
        ("class: MINISTRY", "class: MINISTRY\n    region: Rabat"),
        f'11:13: agency "interior", region: expected one of {REGIONS}; came "Rabat"',
    ),
    "an unknown parent": (
        ("source: city", "source: city\n    parent: interor"),
        (
            '15:13: agency "tiznit" names parent "interor", which no agency has as its code '
            '(did you mean "interior"?)'
        ),
    ),
    "parents in a circle": (
        (
            "class: MINISTRY",
            "class: MINISTRY\n    parent: tiznit",
            "source: city",
            "source: city\n    parent: interior",
        ),
        '11:13: agency "interior", parent: expected no circle; came interior → tiznit → interior',
    ),
    "an agency as its own parent": (
        ("class: MINISTRY", "class: MINISTRY\n    parent: interior"),
        '11:13: agency "interior", parent: expected no circle; came interior → interior',
    ),
    "a bad agency code": (
        ("code: interior", "code: Interior"),
        f'8:11: agency "Interior", code: expected {CODE}; came "Interior"',
    ),
    "no Arabic name": (
        ("ar: تيزنيت, ", ""),
        '12:5: agency "tiznit": name.ar is missing',
    ),
    "no French name": (
        (", fr: Tiznit", ""),
        '12:5: agency "tiznit": name.fr is missing',
    ),
    "an empty name": (
        ("fr: Tiznit", 'fr: "  "'),
        '12:28: agency "tiznit", name.fr: expected some text; came "  "',
    ),
    "an agency without a code": (
        ("code: interior\n    name", "name"),
        "8:5: agency 1: code is missing",
    ),
    "no version": (("version: 1\n", ""), "1:1: version is missing"),
    "another version": (
        ("version: 1", "version: 2"),
        "1:10: version: expected 1; came the number 2",
    ),
    "no agency at all": (
        "version: 1\n",
        "1:1: no file names an agency; expected at least one under agencies",
    ),
    "an included file that is not there": (
        ("version: 1", "version: 1\ninclude: [more.yaml]"),
        '2:11: include: expected a file at "more.yaml"; there is none',
    ),
    "a file that includes itself": (
        ("version: 1", 'version: 1\ninclude: ["*.yaml"]'),
        '2:11: include: "*.yaml" names the file it stands in',
    ),
    "another shape": ("- city\n", "1:1: expected a mapping; came a list"),
    "a list of includes that is none": (
        ("version: 1", "version: 1\ninclude: agencies.d/*.yaml"),
        '2:10: include: expected a list; came "agencies.d/*.yaml"',
    ),
    "agencies left empty": (
        "version: 1\nagencies:\n",
        "3:1: agencies: expected a list; came nothing",
    ),
    "an empty file": (
        "# nothing yet\n",
        "1:1: the file is empty; expected a mapping that begins with version: 1",
    ),
}


@pytest.mark.parametrize(("change", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_its_place_and_nothing_else_is(
    mistakes: Callable[..., list[str]], change: str | tuple[str, ...], expected: str
) -> None:
    assert mistakes(change) == [f"agencies.yaml:{expected}"]
