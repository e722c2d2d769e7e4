"""Each filter that a description declares is asked of the system, in the system's words."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from connectors.contract.capabilities import Exactness
from connectors.contract.query import Condition, Field, Op
from connectors.testing.asking import call, ids, matching, pageable, pages
from connectors.testing.conditions import one_each
from tests.dialects.connecting import PAGE, connected, file_of
from tests.dialects.four import FOUR, Dialect


def described(dialect: Dialect) -> dict[str, Any]:
    """The options of `dialect` as they stand on the page."""
    data = YAML(typ="safe").load(PAGE.files[file_of(dialect)])
    options: dict[str, Any] = data["sources"][dialect.source]["options"]
    return options


FILTERS = [
    pytest.param(dialect, Field[name], Op[op], *how["query"], id=f"{dialect}-{name}-{op}")
    for dialect in FOUR
    for name, by_op in described(dialect)["list"]["filters"].items()
    for op, how in by_op.items()
]


@pytest.mark.parametrize(("dialect", "field", "op", "parameter"), FILTERS)
async def test_a_filter_is_asked_of_the_system(
    dialect: Dialect, field: Field, op: Op, parameter: str, tmp_path: Path
) -> None:
    held = dialect.complaints()
    (asked,) = [each for each in one_each(held) if (each.field, each.op) == (field, op)]
    async with connected(dialect, tmp_path) as (connector, vendor):
        found = await pages(connector, pageable(connector.capabilities, where=(asked,)))
        lists = [each for each in vendor.calls if each.startswith("GET ")]
        assert lists
        assert all(f"{parameter}=" in each for each in lists)
        rows = ids([record for page in found for record in page.records])
        right = ids(matching(held, [asked]))
        if connector.capabilities.supports(asked) is Exactness.EXACT:
            assert sorted(rows) == sorted(right)
        else:
            assert set(right) <= set(rows)
            assert len(rows) < len(held)


@pytest.mark.parametrize("dialect", FOUR, ids=str)
async def test_just_the_described_filters_are_declared(dialect: Dialect, tmp_path: Path) -> None:
    told = {(Field[name], Op[op]) for name, by_op in described(dialect)["list"]["filters"].items()
            for op in by_op}  # fmt: skip
    async with connected(dialect, tmp_path) as (connector, _):
        assert set(connector.capabilities.filters) == told


@pytest.mark.parametrize("dialect", FOUR, ids=str)
async def test_a_filter_for_nothing_asks_nobody(dialect: Dialect, tmp_path: Path) -> None:
    async with connected(dialect, tmp_path) as (connector, vendor):
        lists = [field for field, op in connector.capabilities.filters if op is Op.IN]
        assert lists
        for field in lists:
            nothing = Condition(field, Op.IN, frozenset())
            question = pageable(connector.capabilities, where=(nothing,))
            page = await connector.list(question, call())
            assert (list(page.records), page.more) == ([], False)
        assert [each for each in vendor.calls if "/session" not in each] == []
