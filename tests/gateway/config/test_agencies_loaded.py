"""What a file without mistakes becomes."""

from collections.abc import Callable
from dataclasses import fields

import pytest

from connectors.contract.records import (
    Agency,
    AgencyClass,
    AttributeChoice,
    AttributeType,
    LocalizedText,
    Mode,
    Service,
    ServiceAttribute,
)
from gateway.config import ConfigError, Configured
from gateway.config.entries import DeliveryEntry, GuardEntry, SyncEntry
from resolvers.registry import DeliverySettings, GuardSettings, Holds, SyncSettings

Configure = Callable[..., Configured]
Good = Callable[..., str]


def test_agencies_become_records_in_the_order_of_the_file(configure: Configure, good: Good) -> None:
    configured = configure(
        good(
            "class: MINISTRY",
            """\
class: MINISTRY
    region: MA-04
    services:
      - code: "0042"
        name: {ar: جواز, fr: Passeport, en: Passport}
        description: Pour voyager
        group: Identité
        keywords: [voyage, سفر]
        attributes:
          - code: office
            type: SINGLE_VALUE_LIST
            description: Où ?
            hint: Le guichet
            required: true
            choices: [{key: a, name: Agdal}]""",
            "source: city",
            "source: city\n    parent: interior",
        )
    )
    assert list(configured.agencies.values()) == [
        Agency(
            code="interior",
            name=LocalizedText(ar="وزارة الداخلية", fr="Ministère de l'Intérieur"),
            agency_class=AgencyClass.MINISTRY,
            region="MA-04",
            services=(
                Service(
                    agency_code="interior",
                    code="0042",
                    name=LocalizedText(ar="جواز", fr="Passeport", en="Passport"),
                    description="Pour voyager",
                    group="Identité",
                    keywords=("voyage", "سفر"),
                    attributes=(
                        ServiceAttribute(
                            code="office",
                            type=AttributeType.SINGLE_VALUE_LIST,
                            required=True,
                            description="Où ?",
                            hint="Le guichet",
                            choices=(AttributeChoice(key="a", name="Agdal"),),
                        ),
                    ),
                ),
            ),
        ),
        Agency(
            code="tiznit",
            name=LocalizedText(ar="تيزنيت", fr="Tiznit"),
            agency_class=AgencyClass.COLLECTIVITE,
            parent="interior",
        ),
    ]


def test_a_source_has_its_agencies_its_options_and_its_guard_over_the_defaults(
    configure: Configure, good: Good
) -> None:
    configured = configure(
        good(
            "version: 1",
            "version: 1\ndefaults: {guard: {timeout_seconds: 4, retries: 0}}",
            "mode: live",
            "mode: mirror\n    guard: {retries: 2, per_second: 5}",
            "options: {",
            "options: {flavour: chicago, areas: [agdal, hay-riad], ",
        )
    )
    (city,) = configured.sources
    assert (city.id, city.plugin.name, city.mode) == ("city", "open311", Mode.MIRROR)
    assert city.agencies == ("tiznit",)
    assert not city.demonstration
    assert city.guard == GuardSettings(timeout_seconds=4.0, retries=2, per_second=5.0)
    assert city.options.model_dump()["areas"] == ("agdal", "hay-riad")
    assert city.options.model_dump()["flavour"] == "chicago"


def test_how_a_mirror_is_read_is_said_for_all_for_a_template_and_for_a_source(
    configure: Configure, good: Good
) -> None:
    configured = configure(
        good(
            "version: 1",
            "version: 1\ndefaults: {sync: {every_seconds: 60, overlap_seconds: 5}}\n"
            "templates: {desk: {connector: open311, mode: mirror, sync: {overlap_seconds: 0}}}",
            "connector: open311\n    mode: live",
            "use: desk\n    sync: {holds: titles, every_seconds: 30.5}",
        )
    )
    (city,) = configured.sources
    assert city.sync == SyncSettings(every_seconds=30.5, overlap_seconds=0, holds=Holds.TITLES)


def test_how_a_source_is_told_is_said_for_all_for_a_template_and_for_a_source(
    configure: Configure, good: Good
) -> None:
    configured = configure(
        good(
            "version: 1",
            "version: 1\ndefaults: {delivery: {timeout_seconds: 60, first_pause_seconds: 5}}\n"
            "templates: {desk: {connector: open311, mode: live, delivery: "
            "{first_pause_seconds: 3, longest_pause_seconds: 60}}}",
            "connector: open311\n    mode: live",
            "use: desk\n    delivery: {longest_pause_seconds: 90}",
        )
    )
    (city,) = configured.sources
    assert city.delivery == DeliverySettings(60.0, 3.0, 90.0)


def test_included_files_add_their_sources_and_agencies_once(
    configure: Configure, good: Good
) -> None:
    agency = "agencies: [{code: CODE, name: {ar: ا, fr: A}, class: EEP, source: town}]\n"
    configured = configure(
        {
            "agencies.yaml": good(
                "version: 1",
                "version: 1\n"
                "include: [agencies.d/*.yaml, agencies.d/b.yaml, empty.d/*]\n"
                "defaults: {guard: {retries: 0}}",
            ),
            "agencies.d/b.yaml": agency.replace("CODE", "b-town"),
            "agencies.d/a.yaml": agency.replace("CODE", "a-town") + "version: 1\n"
            "sources: {town: {connector: memory, mode: live, demonstration: true, "
            "options: {url: 'a:b'}}}\n",
        }
    )
    assert list(configured.agencies) == ["interior", "tiznit", "a-town", "b-town"]
    assert [source.id for source in configured.sources] == ["city", "town"]
    assert configured.sources[1].agencies == ("a-town", "b-town")
    assert configured.sources[1].guard.retries == 0
    assert configured.agencies["b-town"].demonstration
    assert not configured.agencies["tiznit"].demonstration


def test_a_byte_order_mark_and_an_alias_are_read(configure: Configure, good: Good) -> None:
    text = good("ar: تيزنيت", "ar: &name تيزنيت", "source: city", "source: city\n    services: []")
    text = text.replace("fr: Tiznit", "fr: Tiznit, zgh: *name")
    assert configure("\ufeff" + text).agencies["tiznit"].name.zgh == "تيزنيت"


def test_references_stand_for_variables_and_files(configure: Configure, good: Good) -> None:
    configured = configure(
        {
            "agencies.yaml": good(
                "https://city.example", "https://${env:HOST}", "{url", "{token: '${file:key}', url"
            ),
            "key": "hunter2\n",
        },
        environ={"HOST": "other.example"},
    )
    options = configured.sources[0].options
    assert str(options.url) == "https://other.example/open311"
    assert options.token.get_secret_value() == "hunter2"


def test_what_a_reference_stands_for_is_shown_nowhere(configure: Configure, good: Good) -> None:
    secret = "hunter2/é"
    change = ("options: {", "options: {note: 'x ${env:KEY}', ")
    configured = configure(good(*change), environ={"KEY": secret})
    assert "hunter2" not in repr(configured)

    for more in ("note: '${env:KEY}!'", "flavour: '${env:KEY}'", "page: '${env:KEY}'"):
        with pytest.raises(ConfigError) as caught:
            configure(good("options: {", f"options: {{{more}, "), environ={"KEY": secret})
        told = str(caught.value)
        assert "hunter2" not in told
        assert "${env:KEY}" in told or "came text" in told
        assert caught.value.__cause__ is caught.value.__context__ is None


def test_a_secret_written_out_by_mistake_is_not_repeated(
    mistakes: Callable[..., list[str]],
) -> None:
    assert mistakes(("options: {", "options: {token: 20481024, ")) == [
        (
            'agencies.yaml:6:22: source "city", options.token: expected text; came a number '
            "(write it in quotes)"
        )
    ]


def test_an_empty_variable_is_as_good_as_none(configure: Configure, good: Good) -> None:
    with pytest.raises(ConfigError) as caught:
        configure(good("{url", "{token: '${env:KEY}', url"), environ={"KEY": ""})
    assert str(caught.value).endswith("expected the environment variable KEY; it is empty")


def test_a_mistake_knows_its_place(configure: Configure, good: Good) -> None:
    with pytest.raises(ConfigError) as caught:
        configure(good("mode: live", "mode: dead"))
    (mistake,) = caught.value.mistakes
    assert mistake.place is not None
    assert (mistake.place.file, mistake.place.line, mistake.place.column) == (
        "agencies.yaml",
        5,
        11,
    )


def test_the_guard_in_the_file_is_the_guard_of_the_engine() -> None:
    settings = {each.name: each.type for each in fields(GuardSettings)}
    assert set(GuardEntry.model_fields) == set(settings)
    defaults = {each.name: getattr(GuardSettings(), each.name) for each in fields(GuardSettings)}
    assert GuardEntry.model_validate(defaults).given() == defaults


def test_the_sync_in_the_file_is_that_of_the_engine() -> None:
    defaults = {each.name: getattr(SyncSettings(), each.name) for each in fields(SyncSettings)}
    assert set(SyncEntry.model_fields) == set(defaults)
    assert SyncEntry.model_validate(defaults).given() == defaults


def test_the_delivery_in_the_file_is_that_of_the_engine() -> None:
    usual = DeliverySettings()
    defaults = {each.name: getattr(usual, each.name) for each in fields(DeliverySettings)}
    assert set(DeliveryEntry.model_fields) == set(defaults)
    assert DeliveryEntry.model_validate(defaults).given() == defaults


def test_a_thousand_agencies_and_more_are_read_in_seconds(configure: Configure, good: Good) -> None:
    more = "".join(
        f"  - code: commune-{number}\n    name: {{ar: جماعة {number}, fr: Commune {number}}}\n"
        f"    class: COLLECTIVITE\n    parent: interior\n"
        for number in range(1700)
    )
    assert len(configure(good() + more).agencies) == 1702
