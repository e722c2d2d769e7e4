"""What an issuer claims becomes a role, agencies and a subject, by configuration."""

from typing import Any

import pytest

from gateway.auth.claims import viewer_of
from gateway.config import Claims
from gateway.config.oidc import roles
from resolvers.policy import Role, Viewer

KEYCLOAK = {
    "iss": "https://idp.example/realms/maroc",
    "sub": "f:1:2",
    "realm_access": {"roles": ["offline_access", "chikaya-officer", "uma_authorization"]},
    "resource_access": {"account": {"roles": ["manage-account"]}},
    "agencies": ["interior", "justice"],
}


def viewer(claims: dict[str, Any], **names: Any) -> Viewer:
    return viewer_of({"sub": "s"} | claims, "https://idp", Claims(**names))


def claimed(*words: str) -> dict[str, Any]:
    return {"realm_access": {"roles": list(words)}}


def test_a_keycloak_token_is_understood_as_it_comes() -> None:
    assert viewer(KEYCLOAK) == Viewer(
        Role.OFFICER, "https://idp f:1:2", frozenset({"interior", "justice"})
    )


@pytest.mark.parametrize(
    ("claims", "role"),
    [
        ({}, Role.CITIZEN),
        (claimed(), Role.CITIZEN),
        (claimed("officer", "admin", "OFFICER", "chikaya-citizen"), Role.CITIZEN),
        (claimed("chikaya-admin", "chikaya-analyst"), Role.ANALYST),
        (claimed("chikaya-officer", "chikaya-supervisor"), Role.SUPERVISOR),
        (claimed("chikaya-national-supervisor", "chikaya-officer"), Role.NATIONAL_SUPERVISOR),
        (claimed("chikaya-call-centre"), Role.CALL_CENTRE),
        (claimed("chikaya-agency-system"), Role.AGENCY_SYSTEM),
        ({"realm_access": ["chikaya-admin"]}, Role.CITIZEN),
        ({"realm_access": {"roles": {"chikaya-admin": True}}}, Role.CITIZEN),
        ({"realm_access": {"roles": [["chikaya-admin"], 7, None]}}, Role.CITIZEN),
        ({"realm_access.roles": "x chikaya-admin"}, Role.ADMIN),
    ],
)
def test_the_first_of_several_roles_counts_and_without_one_one_is_a_citizen(
    claims: dict[str, Any], role: Role
) -> None:
    assert viewer(claims).role is role


@pytest.mark.parametrize(
    ("agencies", "expected"),
    [
        (["a", "b"], {"a", "b"}),
        ("a b", {"a", "b"}),
        (["a", 7, None], {"a"}),
        (7, set()),
        (None, set()),
    ],
)
def test_agencies_are_a_list_or_words(agencies: object, expected: set[str]) -> None:
    assert viewer(claimed("chikaya-officer") | {"agencies": agencies}).agencies == expected


def test_who_serves_no_agency_by_role_has_none_by_claim() -> None:
    for word in ("chikaya-analyst", "chikaya-national-supervisor", "nothing"):
        assert viewer(claimed(word) | {"agencies": ["interior"]}).agencies == frozenset()


def test_names_of_claims_and_words_of_roles_are_configured() -> None:
    names = {
        "subject": "uid",
        "roles": "https://chikaya.example/roles",
        "agencies": "org.codes",
        "words": roles("agent=officer, chef = supervisor"),
    }
    claims = {
        "uid": "u",
        "https://chikaya.example/roles": ["chef", "chikaya-admin"],
        "org": {"codes": ["interior"]},
    }
    assert viewer(claims, **names) == Viewer(
        Role.SUPERVISOR, "https://idp u", frozenset({"interior"})
    )


def test_two_issuers_words_for_people_are_kept_apart() -> None:
    one, other = (
        viewer_of({"sub": "admin"}, issuer, Claims()) for issuer in ("https://a", "https://b")
    )
    assert one.subject != other.subject
    assert one.scope != other.scope
