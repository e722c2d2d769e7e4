"""How often the right agency is suggested, counted over labelled texts."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gateway.config import load
from resolvers.advice.likely import Competence
from tests.resolvers.advice.samples import Sample

SHIPPED = Path(__file__).parents[3] / "agencies.yaml"


@dataclass(frozen=True)
class Rate:
    """Of so many texts, how many had a right agency first, and among the first three."""

    texts: int
    first: int
    among_three: int


def shipped(folder: Path) -> Competence:
    """The agencies of the shipped file by itself."""
    copy = folder / SHIPPED.name
    copy.write_bytes(SHIPPED.read_bytes())
    return Competence(load(copy, environ={}, production=True).agencies)


def rate(competence: Competence, samples: Iterable[Sample]) -> Rate:
    """Count."""
    ranks = [_rank(competence, sample) for sample in samples]
    return Rate(len(ranks), sum(rank == 0 for rank in ranks), sum(rank < 3 for rank in ranks))


def _rank(competence: Competence, sample: Sample) -> int:
    right = {service.partition(":")[0] for service in sample.right}
    found = competence.likely(sample.text, place=sample.place, first=3).suggestions
    return next((at for at, each in enumerate(found) if each.agency.code in right), 3)
