"""A new field of the graph, of a record or of the query fails here until it is decided about."""

import msgspec

from connectors.contract import records
from connectors.contract.acts import Act
from connectors.contract.query import Field
from resolvers.policy import Role
from resolvers.policy.scope import LOOKS_AT
from resolvers.policy.sight import _PARTS
from resolvers.policy.table import ACTS, CHANNELS, FIELDS, INTERNAL, QUESTIONS, Shown
from tests.policy import registry


def test_each_field_of_the_graph_stands_for_exactly_one_thing() -> None:
    undecided = {
        f"{kind}.{field}": found
        for kind, field in registry.fields()
        if len(found := registry.meanings(kind, field)) != 1
    }
    assert undecided == {}, "decide in tests/policy/registry.py or resolvers/policy/table.py"


def test_nothing_is_decided_about_that_is_not_there() -> None:
    there = set(registry.fields())
    open_ = {(kind, field) for kind, fields in registry.OPEN.items() for field in fields}
    assert open_ <= there
    assert {("Mutation", field) for field in registry.ACTS} <= there
    recorded = {f"{kind}.{registry.python_name(kind, field)}" for kind, field in there}
    assert {*FIELDS, *QUESTIONS} - {INTERNAL} <= recorded


def test_each_act_and_each_condition_has_its_line() -> None:
    assert set(ACTS) == set(Act)
    assert set(CHANNELS) == set(records.Channel)
    assert set(LOOKS_AT) == set(Field)
    assert {name for names in LOOKS_AT.values() for name in names} <= set(FIELDS)


def test_each_field_of_a_record_about_a_case_has_its_line() -> None:
    for kind in (records.Complaint, *_PARTS.values()):
        told = {f"{kind.__name__}.{name}" for name in kind.__struct_fields__}
        assert told <= set(FIELDS)


def test_what_is_not_shown_can_be_left_out_of_its_record() -> None:
    """Else it would have to be withheld with the record around it."""
    for role in Role:
        shown = {name: row.by_role[role] for name, row in FIELDS.items()}
        for part, kind in {"": records.Complaint, **_PARTS}.items():
            reached = not part or shown[f"Complaint.{part}"] is Shown.YES
            if not reached or shown["Complaint.status"] is Shown.NO:
                continue
            for field in msgspec.structs.fields(kind):
                how = shown[f"{kind.__name__}.{field.name}"]
                optional = not field.required and field.default is None
                assert how is not Shown.NO or optional, (role, kind.__name__, field.name)
                assert how is not Shown.ALIAS or field.type in (str, str | None)
