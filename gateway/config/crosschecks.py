"""Find what no single entry shows: names used twice, names that lead nowhere, circles."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from connectors.contract.records import STORE
from gateway.config.document import Document, Key
from gateway.config.mistakes import Mistake, Place, known, nearest, quoted
from gateway.config.refusals import named

_OMBUDSMAN: Final = ("policy", "hand_over", "ombudsman")


@dataclass(frozen=True, slots=True)
class Spot:
    """One entry of a file, however well formed."""

    document: Document
    where: Key

    @property
    def name(self) -> str:
        """What mistakes call it."""
        return named(self.document, self.where)[0]

    @property
    def data(self) -> object:
        """What stands there."""
        return self.document.get(*self.where)

    def inner(self, key: str | int) -> "Spot":
        """What stands there under a key."""
        return Spot(self.document, (*self.where, key))

    def text(self, key: str) -> str | None:
        """The text under a key of the entry; None if there is none."""
        return self.document.text(*self.where, key)

    def place(self, *key: str | int) -> Place:
        """Where the value of a key stands; without one, where the entry's own key stands."""
        if key:
            return self.document.value_at((*self.where, *key))
        return self.document.key_at(self.where)


def source_spots(documents: Sequence[Document]) -> Iterator[tuple[str, Spot]]:
    """The sources of all files, by name."""
    return _spots(documents, "sources")


def template_spots(documents: Sequence[Document]) -> Iterator[tuple[str, Spot]]:
    """The templates of all files, by name."""
    return _spots(documents, "templates")


def _spots(documents: Sequence[Document], under: str) -> Iterator[tuple[str, Spot]]:
    for document in documents:
        entries = document.get(under)
        for name in entries if isinstance(entries, dict) else ():
            yield name, Spot(document, (under, name))


def agency_spots(documents: Sequence[Document]) -> Iterator[Spot]:
    """The agencies of all files."""
    for document in documents:
        agencies = document.get("agencies")
        for index in range(len(agencies) if isinstance(agencies, list) else 0):
            yield Spot(document, ("agencies", index))


def disagreements(documents: Sequence[Document], *, whole: bool) -> Iterator[Mistake]:
    """The mistakes between entries, the main file's first.

    Unless the documents are the `whole` configuration, names that they do not explain pass.
    """
    sources = list(source_spots(documents))
    agencies = list(agency_spots(documents))
    yield from _repeated(sources, 'the name of source "{}"')
    yield from _repeated(list(template_spots(documents)), 'the name of template "{}"')
    yield from _repeated(
        [(code, spot) for spot in agencies if (code := spot.text("code"))],
        'the code "{}"',
        at=("code",),
    )
    for spot in agencies:
        yield from _repeated_services(spot)
    for name, spot in sources:
        if name == STORE:
            yield Mistake(
                f'source "{STORE}": the name belongs to the gateway\'s own store', spot.place()
            )
    if whole and all(map(legible, documents)):
        yield from _unexplained(documents[0], dict(sources), agencies)
    yield from _circles(agencies)


def legible(document: Document) -> bool:
    """Whether all that the file might name can be seen."""
    return (
        isinstance(document.data, dict)
        and isinstance(document.data.get("templates", {}), dict)
        and isinstance(document.data.get("sources", {}), dict)
        and isinstance(document.data.get("agencies", []), list)
    )


def _repeated(
    named_spots: Sequence[tuple[str, Spot]], what: str, *, at: Sequence[str] = ()
) -> Iterator[Mistake]:
    first: dict[str, Place] = {}
    for name, spot in named_spots:
        place = spot.place(*at)
        if name in first:
            yield Mistake(f"{what.format(name)} is used twice, first at {first[name]}", place)
        else:
            first[name] = place


def _repeated_services(spot: Spot) -> Iterator[Mistake]:
    services = spot.document.get(*spot.where, "services")
    inner = [
        Spot(spot.document, (*spot.where, "services", index))
        for index in range(len(services) if isinstance(services, list) else 0)
    ]
    yield from _repeated(
        [(code, service) for service in inner if (code := service.text("code"))],
        spot.name.replace("{", "{{").replace("}", "}}") + ': the service code "{}"',
        at=("code",),
    )


def _unexplained(
    main: Document, sources: Mapping[str, Spot], agencies: Sequence[Spot]
) -> Iterator[Mistake]:
    codes = {code for spot in agencies if (code := spot.text("code"))}
    used = set()
    for spot in agencies:
        source, parent = spot.text("source"), spot.text("parent")
        if source == STORE:
            yield Mistake(
                f"{spot.name}, source: leave it out; without a source the gateway's own store "
                "holds the cases",
                spot.place("source"),
            )
        elif source is not None and source not in sources:
            yield Mistake(
                f"{spot.name} names source {quoted(source)}; {known(source, sources)}",
                spot.place("source"),
            )
        used.add(source)
        if parent is not None and parent not in codes:
            yield Mistake(
                f"{spot.name} names parent {quoted(parent)}, which no agency has as its code"
                f"{nearest(parent, codes)}",
                spot.place("parent"),
            )
    ombudsman = main.text(*_OMBUDSMAN)
    if ombudsman is not None and ombudsman not in codes:
        yield Mistake(
            f"{'.'.join(_OMBUDSMAN)} names {quoted(ombudsman)}, which no agency has as its code"
            f"{nearest(ombudsman, codes)}",
            main.value_at(_OMBUDSMAN),
        )
    for name, spot in sources.items():
        if name not in used and name != STORE:
            yield Mistake(
                f"{spot.name} has no agencies; expected at least one with source: {name}",
                spot.place(),
            )
    if not agencies:
        yield Mistake(
            "no file names an agency; expected at least one under agencies", main.value_at(())
        )


def _circles(agencies: Sequence[Spot]) -> Iterator[Mistake]:
    spots = {code: spot for spot in agencies if (code := spot.text("code"))}
    seen: set[str] = set()
    for start in spots:
        chain: list[str] = []
        above: str | None = start
        while above in spots and above not in seen:
            seen.add(above)
            chain.append(above)
            above = spots[above].text("parent")
        if above in chain:
            circle = [*chain[chain.index(above) :], above]
            spot = spots[above]
            yield Mistake(
                f"{spot.name}, parent: expected no circle; came {' → '.join(circle)}",
                spot.place("parent"),
            )
