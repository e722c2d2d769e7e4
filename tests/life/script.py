"""What happens in a case from its filing to its end, in the same words whatever system holds it."""

import itertools
import time
from dataclasses import dataclass, field
from typing import Any, Final

from tests.life.administration import Administration
from tests.life.systems import SERVICE

AGENCY: Final = "agency"
COMPLAINANT: Final = "complainant"
Step = tuple[str, str, dict[str, Any]]
"""Which side does which mutation, and what is given to it."""

WHOLE_LIFE: Final[tuple[Step, ...]] = (
    (AGENCY, "acknowledgeComplaint", {}),
    (AGENCY, "assessComplaint", {}),
    (AGENCY, "addNote", {"text": "Voir le plombier"}),
    (AGENCY, "requestInformation", {"text": "Quel numéro ?"}),
    (COMPLAINANT, "provideInformation", {"text": "Le douze"}),
    (COMPLAINANT, "addMessage", {"text": "متى تأتون؟"}),
    (AGENCY, "addMessage", {"text": "Demain matin"}),
    (AGENCY, "answerInPart", {"text": "On attend une pièce"}),
    (AGENCY, "decideComplaint", {"outcome": "UPHELD", "text": "La fuite est réparée"}),
    (COMPLAINANT, "rateAnswer", {"score": 2, "text": "Mal fait"}),
    (COMPLAINANT, "reopenComplaint", {"text": "Elle coule encore"}),
    (AGENCY, "acknowledgeComplaint", {}),
    (AGENCY, "decideComplaint", {"outcome": "PARTLY_UPHELD", "text": "Réparée de nouveau"}),
    (AGENCY, "closeComplaint", {"text": "Sans suite"}),
)
WITHDRAWN: Final[tuple[Step, ...]] = (
    (AGENCY, "acknowledgeComplaint", {}),
    (COMPLAINANT, "withdrawComplaint", {"text": "C'est réglé"}),
)
INADMISSIBLE: Final[tuple[Step, ...]] = (
    (
        AGENCY,
        "assessComplaint",
        {
            "inadmissible": "OTHER_COMPETENT_BODY",
            "text": "La voirie est communale",
            "instead": "La commune",
        },
    ),
)

FILE: Final = """mutation ($input: FileComplaintInput!) { fileComplaint(input: $input) {
  receipt { reference trackingCode receivedAt dueAt complaint { id } } problems { code message } } }"""
SEEN: Final = """query ($id: ID!) { node(id: $id) { ... on Complaint {
  id reference title description status statusReason version receivedAt dueAt closedAt
  origin { source sourceId mode stale pendingActs }
  events { kind status at }
  messages { author visibility body }
  decisions { outcome reasons instead rating ratingComment notifiedAt } } } }"""
_DONE: Final = "{ complaint { status version } problems { code path message } }"
_SECONDS: Final = 60.0
"""For what must come; whoever waits so long has failed."""
_KEYS: Final = itertools.count()


def key() -> str:
    """One more that nobody has used."""
    return f"a key of more than 22 signs {next(_KEYS)}"


@dataclass
class Case:
    """A case of one agency, and both sides of it."""

    administration: Administration
    agency: str
    receipt: dict[str, Any] = field(default_factory=dict)
    statuses: list[str] = field(default_factory=list)
    """Where it stood for whoever did each step, right after it."""

    @property
    def which(self) -> dict[str, str]:
        """By what the complainant knows it."""
        return {name: self.receipt[name] for name in ("reference", "trackingCode")}

    def file(self) -> None:
        """Somebody who is nobody in particular complains."""
        given = {
            "agency": self.agency,
            "title": "تسرب الماء",
            "description": "Fuite rue 12 depuis trois jours",
            "serviceCode": SERVICE,
            "location": {"address": "12, rue du Puits", "latitude": 34.02, "longitude": -6.84},
            "contact": {"phone": "0612345678"},
            "idempotencyKey": key(),
        }
        filed = self.administration.ask(None, FILE, input=given)["fileComplaint"]
        assert filed["problems"] == []
        self.receipt = filed["receipt"]

    def do(self, side: str, act: str, given: dict[str, Any]) -> None:
        """One step of a script."""
        token = self.administration.officer if side == AGENCY else None
        which = self.which if side == COMPLAINANT else {"reference": self.receipt["reference"]}
        kind = f"{act[0].upper()}{act[1:]}Input"
        document = f"mutation ($input: {kind}!) {{ {act}(input: $input) {_DONE} }}"
        input_ = {"case": which, "idempotencyKey": key()} | given
        done = self.administration.ask(token, document, input=input_)[act]
        assert done["problems"] == []
        self.statuses.append(done["complaint"]["status"])

    def live(self, script: tuple[Step, ...]) -> None:
        """From the filing on."""
        self.file()
        for step in script:
            self.do(*step)

    def seen(self, id_: str | None = None) -> dict[str, Any]:
        """As the officer sees it, by this id or the one that it has."""
        id_ = id_ or self.receipt["complaint"]["id"]
        node = self.administration.ask(self.administration.officer, SEEN, id=id_)["node"]
        assert isinstance(node, dict)
        return node

    def settled(self) -> dict[str, Any]:
        """As it is seen once its agency's system has heard of everything."""
        until = time.monotonic() + _SECONDS
        while True:
            seen = self.seen()
            origin = seen["origin"]
            if origin["mode"] != "PENDING" and not origin["pendingActs"]:
                return seen
            assert time.monotonic() < until, origin
            time.sleep(0.1)
