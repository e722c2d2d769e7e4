"""What the graph says of itself: committed, described, and in step with the records."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLScalarType,
    is_introspection_type,
    is_specified_scalar_type,
)

from connectors.contract import records
from connectors.contract.connector import Contact, Filing, OnBehalfOf
from connectors.contract.ledger import LedgerRow
from resolvers import filing, outcome, policy, wording
from schema.build import build, printed

SCHEMA = build()._schema
SDL = Path(__file__).parents[2] / "schema" / "schema.graphql"

ADDED = {
    "Agency": {"source", "service"},
    "ComplaintConnection": {"nodes"},
    "FilingWarning": {"message"},
    "Problem": {"message"},
    "SourceOutcome": {"agencies"},
    "Viewer": {"complaints"},
}
"""Fields that are asked of somebody, or told in the viewer's language, rather than carried."""

WITHHELD = {
    "Viewer": {"subject", "scope"},
    "Complaint": set(),
    "Problem": {"sentence"},
    # It is what `page_info` asks.
    "ComplaintConnection": {"tell_page_info"},
    # They stand beside the receipt.
    "Receipt": {"warnings"},
    "FilingWarning": {"sentence"},
}
"""Fields of records that the graph keeps to itself, on purpose."""

NEVER = (Contact, OnBehalfOf, Filing, LedgerRow)
"""Records that no type shows but those of `LOOKED_AT`: who complains, what opens a case."""

LOOKED_AT = {"Complainant", "OnBehalfOf"}
"""What is answered to who may look who complains, and has it written down."""

SHOWN = {
    "LocalizedText": records.LocalizedText,
    "Service": records.Service,
    "ServiceAttribute": records.ServiceAttribute,
    "AttributeChoice": records.AttributeChoice,
    "Agency": records.Agency,
    "Location": records.Location,
    "Message": records.Message,
    "Event": records.Event,
    "Decision": records.Decision,
    "Attachment": records.Attachment,
    "Origin": records.Origin,
    "Complaint": records.Complaint,
    "SourceOutcome": outcome.SourceOutcome,
    "SourceFailure": outcome.SourceFailure,
    "ComplaintConnection": outcome.ComplaintPage,
    "Receipt": filing.Receipt,
    "Problem": wording.Problem,
    "FilingWarning": filing.Warned,
    "Viewer": policy.Viewer,
}


def test_the_printed_schema_is_the_committed_one() -> None:
    assert printed() == SDL.read_text(encoding="utf-8"), "renew it with `just generate`"


def descriptions() -> Iterator[tuple[str, str | None]]:
    for name, kind in SCHEMA.type_map.items():
        if is_introspection_type(kind) or is_specified_scalar_type(kind):
            continue
        yield name, kind.description
        if isinstance(kind, GraphQLEnumType):
            for word, value in kind.values.items():
                yield f"{name}.{word}", value.description
        elif isinstance(kind, GraphQLInputObjectType):
            for field, given in kind.fields.items():
                yield f"{name}.{field}", given.description
        elif isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for field, shown in kind.fields.items():
                yield f"{name}.{field}", shown.description
                for argument, taken in shown.args.items():
                    yield f"{name}.{field}({argument})", taken.description
        else:
            assert isinstance(kind, GraphQLScalarType)


def test_everything_is_described_in_sentences() -> None:
    untold = [
        name for name, told in descriptions() if not told or not told.strip().endswith((".", ")"))
    ]
    assert untold == []


@pytest.mark.parametrize("name", SHOWN)
def test_each_field_of_a_record_is_shown_or_withheld_on_purpose(name: str) -> None:
    kind = SCHEMA.type_map[name]
    assert isinstance(kind, GraphQLObjectType)
    definition = kind.extensions["strawberry-definition"]
    shown = {field.python_name for field in definition.fields}
    withheld = WITHHELD.get(name, set())
    assert shown & withheld == set()
    assert shown - ADDED.get(name, set()) - _properties(SHOWN[name]) == (
        _fields(SHOWN[name]) - withheld
    )


def test_no_other_type_shows_who_complains_or_what_opens_a_case() -> None:
    private = set().union(*(_fields(record) for record in NEVER)) - _fields(records.Complaint)
    private -= {"agency_code", "reference", "source", "source_id", "mode", "attributes"}
    for name, kind in SCHEMA.type_map.items():
        if isinstance(kind, GraphQLObjectType) and not is_introspection_type(kind):
            definition = kind.extensions["strawberry-definition"]
            shown = {field.python_name for field in definition.fields}
            if name in LOOKED_AT:
                continue
            excused = {"name"} if name != "Complaint" else set()
            assert shown & private <= excused, name


def _fields(record: type) -> set[str]:
    names = getattr(record, "__struct_fields__", None) or record.__dataclass_fields__
    return set(names)


def _properties(record: type) -> set[str]:
    return {name for name, value in vars(record).items() if isinstance(value, property)}
