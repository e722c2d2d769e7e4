"""What a source inherits from its template, and where the mistakes of both are told."""

from collections.abc import Callable

import pytest

from connectors.contract.records import Mode
from gateway.config import ConfigError, Configured, SourceConfig

PRODUCT = """\
version: 1
templates:
  product:
    connector: open311
    mode: mirror
    guard: {timeout_seconds: 4, retries: 0}
    options:
      note: everyone's
      areas: [north, south]
      page: {size: 20}
      token: "${env:PRODUCT_KEY}"
sources:
  rabat:
    use: product
    options: {url: "https://rabat.example/"}
agencies:
  - {code: rabat, name: {ar: الرباط, fr: Rabat}, class: COLLECTIVITE, source: rabat}
"""
"""A file without mistakes."""

KEY = {"PRODUCT_KEY": "hunter2"}


@pytest.fixture
def sources(configure: Callable[..., Configured]) -> Callable[..., dict[str, SourceConfig]]:
    """The sources of the good file with each first text replaced by the second, and of more."""

    def loaded(*replacements: str, **more: str) -> dict[str, SourceConfig]:
        files = {"agencies.yaml": changed(*replacements)} | {
            name.replace("_", "."): text for name, text in more.items()
        }
        return {each.id: each for each in configure(files, environ=KEY).sources}

    return loaded


@pytest.fixture
def told(configure: Callable[..., Configured]) -> Callable[..., list[str]]:
    """The mistakes in the good file with each first text replaced by the second, and in more."""

    def mistakes(*replacements: str, **more: str) -> list[str]:
        files = {"agencies.yaml": changed(*replacements)} | {
            name.replace("_", "."): text for name, text in more.items()
        }
        with pytest.raises(ConfigError) as caught:
            configure(files, environ=KEY)
        return str(caught.value).splitlines()

    return mistakes


def changed(*replacements: str) -> str:
    text = PRODUCT
    for old, new in zip(replacements[::2], replacements[1::2], strict=True):
        assert old in text
        text = text.replace(old, new, 1)
    return text


def options(source: SourceConfig) -> dict[str, object]:
    return source.options.model_dump(mode="json") | {
        "token": getattr(source.options, "token").get_secret_value()  # noqa: B009 - a model of any plugin
    }


def test_a_source_inherits_what_it_does_not_say(
    sources: Callable[..., dict[str, SourceConfig]],
) -> None:
    rabat = sources()["rabat"]
    assert (rabat.plugin.name, rabat.mode, rabat.agencies) == ("open311", Mode.MIRROR, ("rabat",))
    assert (rabat.guard.timeout_seconds, rabat.guard.retries) == (4, 0)
    assert options(rabat) == {
        "url": "https://rabat.example/",
        "note": "everyone's",
        "areas": ["north", "south"],
        "page": {"size": 20},
        "token": "hunter2",
        "flavour": "plain",
    }


def test_the_source_wins_key_by_key_and_a_list_is_replaced(
    sources: Callable[..., dict[str, SourceConfig]],
) -> None:
    rabat = sources(
        '{url: "https://rabat.example/"}',
        '{url: "https://rabat.example/", areas: [agdal], page: {size: 5}}\n'
        "    mode: live\n"
        "    guard: {retries: 2}",
    )["rabat"]
    assert rabat.mode is Mode.LIVE
    assert (rabat.guard.timeout_seconds, rabat.guard.retries) == (4, 2)
    assert (options(rabat)["areas"], options(rabat)["page"]) == (["agdal"], {"size": 5})
    assert options(rabat)["note"] == "everyone's"


def test_defaults_of_all_sources_stand_below_a_template(
    sources: Callable[..., dict[str, SourceConfig]],
) -> None:
    rabat = sources("version: 1", "version: 1\ndefaults: {guard: {retries: 7, per_second: 3}}")
    assert (rabat["rabat"].guard.retries, rabat["rabat"].guard.per_second) == (0, 3)


def test_files_use_the_templates_of_each_other(
    sources: Callable[..., dict[str, SourceConfig]],
) -> None:
    found = sources(
        "version: 1",
        "version: 1\ninclude: [more.yaml]",
        "    use: product",
        "    use: other",
        more_yaml="""
templates:
  other: {connector: memory, mode: live, options: {token: "${file:key}"}}
sources:
  sale:
    use: product
    options: {url: "https://sale.example"}
agencies:
  - {code: sale, name: {ar: سلا, fr: Salé}, class: COLLECTIVITE, source: sale}
""",
        key="of a file beside the template",
    )
    assert found["rabat"].plugin.name == "memory"
    assert options(found["rabat"])["token"] == "of a file beside the template"
    assert options(found["sale"])["areas"] == ["north", "south"]


def test_a_secret_file_of_a_template_lies_beside_the_template(
    configure: Callable[..., Configured],
) -> None:
    configured = configure(
        {
            "agencies.yaml": changed(
                "version: 1", "version: 1\ninclude: [d/*.yaml]", "use: product", "use: other"
            ),
            "d/other.yaml": (
                "templates:\n  other: {connector: memory, mode: live, options: "
                '{token: "${file:key}"}}\n'
            ),
            "d/key": "hunter3",
        }
    )
    assert options(configured.sources[0])["token"] == "hunter3"


def test_an_unused_template_is_fine(sources: Callable[..., dict[str, SourceConfig]]) -> None:
    assert set(sources("  product:\n", "  unused: {connector: memory}\n  product:\n")) == {"rabat"}


OPTIONS = PRODUCT[PRODUCT.index("    options:") : PRODUCT.index("sources:")]
MISTAKES = {
    "an unknown template": (
        ("use: product", "use: prodct"),
        '14:10: source "rabat" uses template "prodct"; known: product (did you mean "product"?)',
    ),
    "another connector than the template's": (
        ("use: product", "use: product\n    connector: memory"),
        (
            '15:16: source "rabat" uses template "product", which is for connector "open311", and '
            'connector "memory"; leave one of them out'
        ),
    ),
    "a mode that neither states": (
        ("    mode: mirror\n", ""),
        '12:3: source "rabat": mode is missing',
    ),
    "a mode that is none, where it stands": (
        ("mode: mirror", "mode: mirrored"),
        (
            '5:11: template "product", mode: expected one of live, mirror; came "mirrored" '
            '(did you mean "mirror"?)'
        ),
    ),
    "a template without a connector": (
        ("    connector: open311\n", "", "use: product", "connector: open311\n    mode: live"),
        '3:3: template "product": connector is missing',
    ),
    "a template that uses one": (
        ("    mode: mirror", "    use: other\n    mode: mirror"),
        '5:5: template "product": unknown key "use"; known: connector, delivery, guard, mode, options, sync',
    ),
    "a guard out of range in the template": (
        ("retries: 0", "retries: -1"),
        (
            '6:42: template "product", guard.retries: expected a number of at least 0; '
            "came the number -1"
        ),
    ),
    "an unknown connector in the template": (
        ("connector: open311", "connector: open31"),
        (
            '4:16: source "rabat" uses connector "open31"; known: later, memory, open311 '
            '(did you mean "open311"?)'
        ),
    ),
    "an option of the template that the connector refuses": (
        ("size: 20", "size: 51"),
        (
            '10:20: source "rabat", options.page.size: expected a number of at most 50; '
            "came the number 51"
        ),
    ),
    "an option of the source that the connector refuses": (
        ("options: {url", "options: {page: {size: 51}, url"),
        (
            '15:28: source "rabat", options.page.size: expected a number of at most 50; '
            "came the number 51"
        ),
    ),
    "an option of the template that the connector does not know": (
        ("      areas:", "      arias:"),
        (
            '9:7: source "rabat": unknown key "options.arias"; known: areas, flavour, note, page, '
            'token, url (did you mean "areas"?)'
        ),
    ),
    "an option that neither states": (
        ('{url: "https://rabat.example/"}', "{}"),
        '15:5: source "rabat": options.url is missing',
    ),
    "an option that neither states, without options of its own": (
        ('    options: {url: "https://rabat.example/"}\n', ""),
        '7:5: source "rabat": options.url is missing',
    ),
    "a secret of the template that is not set": (
        ("${env:PRODUCT_KEY}", "${env:OTHER_KEY}"),
        (
            '11:14: source "rabat", options.token: expected the environment variable OTHER_KEY; '
            "it is not set"
        ),
    ),
    "options of the template that are no mapping": (
        (OPTIONS, "    options: 7\n"),
        '7:14: template "product", options: expected a mapping; came the number 7',
    ),
    "two templates of one name": (
        ("version: 1", "version: 1\ninclude: [more.yaml]"),
        'more.yaml:1:13: the name of template "product" is used twice, first at agencies.yaml:4:3',
    ),
    "a bad name": (
        ("  product:", "  Product_1:", "use: product", "connector: open311\n    mode: live"),
        (
            '3:3: template "Product_1": expected 2 to 40 lower-case letters, digits or hyphens, '
            'beginning with a letter; came "Product_1"'
        ),
    ),
    "a template named by a number": (
        ("use: product", "use: 7"),
        '14:10: source "rabat", use: expected text; came the number 7 (write it in quotes)',
    ),
}


@pytest.mark.parametrize(("change", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_where_the_value_stands_and_nothing_else_is(
    told: Callable[..., list[str]], change: tuple[str, ...], expected: str
) -> None:
    place = expected if expected.startswith("more.yaml") else f"agencies.yaml:{expected}"
    assert told(*change, more_yaml="templates: {product: {connector: memory}}\n") == [place]


def test_a_mistake_that_many_sources_inherit_is_told_once_with_their_number(
    told: Callable[..., list[str]],
) -> None:
    many = "".join(
        f'  s{n}: {{use: product, options: {{url: "https://s{n}.example"}}}}\n' for n in range(30)
    )
    agencies = "".join(
        f"  - {{code: s{n}, name: {{ar: س, fr: S}}, class: OTHER, source: s{n}}}\n"
        for n in range(30)
    )
    assert told(
        "size: 20",
        "size: 51",
        "sources:\n",
        f"sources:\n{many}",
        "agencies:\n",
        f"agencies:\n{agencies}",
    ) == [
        (
            'agencies.yaml:10:20: source "s0" (and 30 others), options.page.size: expected a '
            "number of at most 50; came the number 51"
        )
    ]


def test_a_template_may_stand_in_a_file_that_cannot_be_read(
    told: Callable[..., list[str]],
) -> None:
    assert told(
        "version: 1",
        "version: 1\ninclude: [more.yaml]",
        "use: product",
        "use: other",
        more_yaml="templates: {\n",
    ) == [
        (
            "more.yaml:2:1: expected YAML; expected the node content, but found '<stream end>' "
            "(while parsing a flow node begun at 2:1)"
        )
    ]
