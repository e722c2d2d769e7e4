"""Give each source what its template says and it does not, each value keeping its place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gateway.config.crosschecks import Spot, legible, source_spots, template_spots
from gateway.config.document import Document, Key
from gateway.config.mistakes import Mistake, Place, known, quoted

_NEEDED = ("connector", "mode")


class Templates:
    """The templates of all files."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents
        self._templates = dict(reversed([*template_spots(documents)]))
        self._sources = [
            (name, spot, self._applied(spot)) for name, spot in source_spots(documents)
        ]

    def sources(self) -> Iterator[tuple[str, Spot]]:
        """The sources of all files by name, each with what its template adds."""
        return ((name, applied) for name, _, applied in self._sources)

    def mistakes(self, *, whole: bool) -> Iterator[Mistake]:
        """What is wrong between sources and templates.

        Unless the documents are the `whole` configuration, names that they do not explain pass.
        """
        explained = whole and all(map(legible, self._documents))
        for _, spot, applied in self._sources:
            if not isinstance(spot.data, dict):
                continue
            if spot.data.get("use") is None:
                yield from _lacking(spot)
                yield from _never_synced(spot, applied)
            elif (used := spot.text("use")) in self._templates:
                yield from _contradictions(spot, self._templates[used])
                yield from _lacking(applied)
                yield from _never_synced(spot, applied)
            elif used is not None and explained:
                yield Mistake(
                    f"{spot.name} uses template {quoted(used)}; {known(used, self._templates)}",
                    spot.place("use"),
                )

    def _applied(self, spot: Spot) -> Spot:
        template = self._templates.get(spot.text("use") or "")
        if template is None or not isinstance(spot.data, dict):
            return spot
        return _Merging().merged(spot, template)


def _contradictions(spot: Spot, template: Spot) -> Iterator[Mistake]:
    own, inherited = spot.text("connector"), template.text("connector")
    if own is not None and inherited is not None and own != inherited:
        yield Mistake(
            f"{spot.name} uses {template.name}, which is for connector {quoted(inherited)}, and "
            f"connector {quoted(own)}; leave one of them out",
            spot.place("connector"),
        )


def _lacking(spot: Spot) -> Iterator[Mistake]:
    for key in _NEEDED:
        if spot.inner(key).data is None:
            yield Mistake(f"{spot.name}: {key} is missing", spot.place())


def _never_synced(spot: Spot, applied: Spot) -> Iterator[Mistake]:
    if spot.inner("sync").data is not None and applied.text("mode") == "live":
        yield Mistake(
            f"{spot.name}, sync: only a source of mode mirror is read in passes; this one is live",
            spot.place("sync"),
        )


@dataclass(frozen=True, slots=True)
class _Merging:
    """The making of a document that holds one source as if it had said everything itself."""

    values: dict[Key, Place] = field(default_factory=dict)
    keys: dict[Key, Place] = field(default_factory=dict)

    def merged(self, source: Spot, template: Spot) -> Spot:
        group, name = source.where
        data = {group: {name: self._both(source, template, source.where)}}
        self.values[()] = source.place()
        return Spot(Document(source.document.name, data, self.values, self.keys), source.where)

    def _both(self, ours: Spot, theirs: Spot, way: Key) -> object:
        """Ours over theirs; only mappings are put together."""
        if not (isinstance(ours.data, dict) and isinstance(theirs.data, dict)):
            return self._one(ours, way)
        self._note(ours, way)
        data: dict[str, object] = {}
        for key in {**theirs.data, **ours.data}:
            inner = (*way, key)
            if key not in theirs.data:
                data[key] = self._one(ours.inner(key), inner)
            elif key not in ours.data:
                data[key] = self._one(theirs.inner(key), inner)
            else:
                data[key] = self._both(ours.inner(key), theirs.inner(key), inner)
        return data

    def _one(self, spot: Spot, way: Key) -> object:
        self._note(spot, way)
        match spot.data:
            case dict() as mapping:
                return {key: self._one(spot.inner(key), (*way, key)) for key in mapping}
            case list() as listed:
                return [self._one(spot.inner(i), (*way, i)) for i in range(len(listed))]
            case data:
                return data

    def _note(self, spot: Spot, way: Key) -> None:
        document = spot.document
        if spot.where in document.values:
            self.values[way] = document.values[spot.where]
        if spot.where in document.keys:
            self.keys[way] = document.keys[spot.where]
