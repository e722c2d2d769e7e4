"""Act in the cases of the office, and take apart what subscriptions tell."""

import itertools
from typing import Any

from resolvers.policy import Role
from tests.gateway.subscriptions.listening import Subscription
from tests.policy.office import Filed, Office

_KEYS = itertools.count()


def token(office: Office, role: Role) -> str | None:
    """What `role` shows."""
    office.ask(role, "{ viewer { role } }")
    return office.tokens[role]


def say(office: Office, filed: Filed) -> None:
    """Something happens in the case."""
    told = office.ask(
        Role.NATIONAL_SUPERVISOR,
        """mutation ($case: CaseInput!, $key: String!) {
             addMessage(input: {case: $case, idempotencyKey: $key, text: "x"}) {
               problems { code message } } }""",
        case={"reference": filed.reference},
        key=f"a key of twenty-two signs {next(_KEYS)}",
    )
    assert told == {"data": {"addMessage": {"problems": []}}}


def case_of(told: dict[str, Any]) -> dict[str, Any]:
    assert "errors" not in told
    change: dict[str, Any] = told["data"]["complaintChanged"]
    return change


def queue_of(told: dict[str, Any]) -> dict[str, Any]:
    assert "errors" not in told
    change: dict[str, Any] = told["data"]["queueChanged"]
    return change


def caught_up(subscription: Subscription) -> str:
    """The cursor from which on everything is told as it happens."""
    change = queue_of(subscription.next())
    assert change | {"cursor": ""} == {"cursor": "", "id": None, "left": False, "complaint": None}
    return str(change["cursor"])


def codes(told: dict[str, Any]) -> list[str]:
    return [error["extensions"]["code"] for error in told["errors"]]
