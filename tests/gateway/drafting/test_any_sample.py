"""Whatever a system answers, a description is drafted that can be read, or it is said why not."""

import json
from io import StringIO
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from connectors.rest.options import RestOptions
from gateway.drafting import Evidence, asked_at, proposed, yaml_of
from gateway.drafting.evidence import Answer

NAMES = st.sampled_from(
    ["id", "key", "title", "status", "state", "created_at", "updated", "due", "closed", "open",
     "text", "type", "via", "next", "page", "total", "offset", "cursor", "files", "notes", "at",
     "lat", "coordinates", "category", "a b", "it's", "back\\slash", '"', "été", "x.y", "$", ""]
)  # fmt: skip
PLAIN = (
    st.none() | st.booleans() | st.integers(-5, 2_000_000_000_000) | st.floats(allow_nan=False)
    | st.sampled_from(["new", "closed", "2026-01-31", "31/01/2026 10:00", "<p>x</p>", "12,5", "O"])
    | st.text(max_size=8)
)  # fmt: skip
JSON = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=25,
)
CASES = st.lists(st.dictionaries(NAMES, JSON, min_size=1, max_size=8), min_size=1, max_size=3)
ANSWERS = st.lists(JSON | CASES | st.dictionaries(NAMES, JSON | CASES, max_size=4), max_size=3)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(ANSWERS, st.sampled_from(["", "?page=1&per_page=2", "?cursor=&limit=x", "?key=k"]))
def test_what_is_drafted_can_always_be_read(bodies: list[Any], query: str) -> None:
    answers = [Answer(f"{number}.json", body) for number, body in enumerate(bodies)]
    try:
        proposal = proposed(Evidence(answers, asked_at(f"https://desk.example/cases{query}")))
    except ValueError as without:
        assert str(without).startswith("no list of cases was found")  # noqa: PT017 - either is right
        return
    written = YAML(typ="safe", pure=True).load(StringIO(yaml_of(proposal, source="desk")))
    assert written["sources"]["desk"]["options"] == proposal.options
    RestOptions.model_validate_json(json.dumps(proposal.options))
