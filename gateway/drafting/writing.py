"""Write a proposal as YAML that can be loaded, each doubt above what it is about."""

import io
import textwrap
from collections.abc import Mapping
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from gateway.drafting.proposal import Proposal, Where

MARK: Final = "UNSURE: "
_LEAF: Final = 72
_WIDTH: Final = 96


def yaml_of(proposal: Proposal, *, source: str) -> str:
    """A whole agencies.yaml of one source and an agency to be renamed."""
    options = _commented(proposal.options, proposal.unsure, (), depth=6)
    told = CommentedMap(connector="rest", mode="live", options=options)
    agency = CommentedMap(code=f"{source}-agency", name=_flow(CommentedMap(ar="…", fr="…")))
    agency["class"] = "OTHER"
    agency["source"] = source
    whole = CommentedMap(version=1, sources=CommentedMap({source: told}), agencies=[agency])
    whole.yaml_set_start_comment(
        "\n".join(
            [
                "A draft. A person must look at everything that is marked as unsure, and add filters,",
                "orders and acts. Leave `version` out where another agencies.yaml includes this file.",
                *[f"Nothing was taken from {_printable(name)}." for name in proposal.unused],
            ]
        )
    )
    whole.yaml_set_comment_before_after_key(
        "agencies", before=f"{MARK}which agency's cases these are, and its names"
    )
    yaml = YAML()
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    yaml.dump(whole, stream)
    return stream.getvalue()


def _commented(
    value: Mapping[str, Any], doubts: Mapping[Where, str], where: Where, *, depth: int
) -> CommentedMap:
    made = CommentedMap()
    for name, held in value.items():
        here = (*where, name)
        inside = any(place[: len(here)] == here and len(place) > len(here) for place in doubts)
        if isinstance(held, dict) and (inside or not _fits(held)):
            made[name] = _commented(held, doubts, here, depth=depth + 2)
        else:
            made[name] = _plain(held)
        if here in doubts:
            lines = textwrap.wrap(MARK + _printable(doubts[here]), _WIDTH - depth)
            made.yaml_set_comment_before_after_key(name, before="\n".join(lines), indent=depth)
    return made


def _printable(text: str) -> str:
    """`text` as a comment can hold it: words of samples may hold anything."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return _flow(CommentedMap({name: _plain(held) for name, held in value.items()}))
        case list():
            made = CommentedSeq([_plain(each) for each in value])
            made.fa.set_flow_style()
            return made
    return value


def _flow(made: CommentedMap) -> CommentedMap:
    made.fa.set_flow_style()
    return made


def _fits(value: Mapping[str, Any]) -> bool:
    """Whether a mapping is read best on one line."""
    return len(str(value)) <= _LEAF and not any(isinstance(v, dict) for v in value.values())
