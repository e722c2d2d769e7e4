"""Know what case systems call things, in English, French and a little Arabic."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from connectors.contract.lifecycle import Status

ID: Final = ("id", "key", "number", "numero", "reference", "ref", "uuid", "code", "no", "num")
TITLE: Final = ("title", "subject", "headline", "objet", "titre", "sujet", "summary", "intitule")
DESCRIPTION: Final = (
    "description", "body", "text", "texte", "details", "content", "contenu", "message", "detail",
)  # fmt: skip
STATUS: Final = ("status", "state", "statut", "etat", "stage", "phase")
REASON: Final = ("reason", "motif", "resolution", "note", "notes", "justification")
LANGUAGE: Final = ("lang", "language", "langue", "locale")
CHANNEL: Final = ("channel", "via", "canal", "voie", "source", "origin", "origine")
KIND: Final = ("kind", "type", "nature", "tracker")
SERVICE: Final = ("category", "categorie", "service", "theme", "topic", "queue", "project")
AGENCY: Final = ("agency", "tenant", "unit", "department", "departement", "direction", "entity")
ADDRESS: Final = ("address", "adresse", "street", "rue", "lieu")
AREA: Final = ("area", "district", "commune", "region", "province", "ward", "zone")
LATITUDE: Final = ("lat", "latitude")
LONGITUDE: Final = ("lng", "lon", "long", "longitude")

TIMES: Final[Mapping[str, tuple[str, ...]]] = {
    "created_at": (
        "created", "opened", "submitted", "creation", "depot", "filed", "requested", "reported",
        "ouverture", "open",
    ),
    "received_at": ("received", "reception", "receipt", "recu"),
    "updated_at": ("updated", "changed", "modified", "maj", "update", "modification", "changement"),
    "due_at": ("due", "deadline", "echeance", "expected", "delai", "target"),
    "closed_at": (
        "closed", "closing", "cloture", "fermeture", "resolved", "completed", "solved", "ended",
    ),
}  # fmt: skip

MADE: Final = ("at", "on", "date", "time", "datetime", "timestamp", "sent", "written", "created")
"""What the time of a message or a step is called."""
AUTHOR: Final = ("by", "from", "author", "auteur", "user", "sens", "sender", "kind")

CLOSED: Final = ("closed", "final", "finished", "done", "ferme", "cloture", "archived")
OPEN: Final = ("open", "ouvert", "active", "actif")
YES: Final = frozenset({"true", "1", "o", "oui", "y", "yes"})
OPPOSITES: Final[Mapping[str, str]] = {
    "true": "false", "1": "0", "y": "n", "o": "n", "yes": "no", "oui": "non",
    "false": "true", "0": "1", "n": "o", "no": "yes", "non": "oui",
}  # fmt: skip
"""What says yes or no, in small letters, and what says the other."""

CURSORS: Final = ("cursor", "token", "continuation", "after", "marker")
PAGES: Final = ("page", "number", "current", "index")
OFFSETS: Final = ("offset", "start", "skip", "from")
SIZES: Final = ("limit", "size", "per", "taille", "count", "top", "rows", "results")
TOTALS: Final = ("total", "nombre", "count", "found", "hits", "totalcount", "nb")

SECRETS: Final = frozenset({
    "password", "passwd", "passphrase", "pwd", "mdp", "passe", "secret", "token", "jeton", "jwt",
    "apikey", "apitoken", "authtoken", "accesstoken", "accesskey", "credential", "credentials",
})  # fmt: skip
"""What no name has that is not a secret's, wherever it stands."""
SENT_SECRETS: Final = SECRETS | {
    "key", "cle", "auth", "access", "session", "sessionid", "jsessionid", "phpsessid",
}  # fmt: skip
"""The same in what is sent; in an answer a key may be anything's."""
_HARMLESS: Final = frozenset(
    {"next", "page", "cursor", "prev", "previous", "continuation", "idempotency"}
)
"""What makes a token or a key one that opens nothing."""

_MEANINGS: Final[Mapping[Status, tuple[str, ...]]] = {
    Status.SUBMITTED: ("new", "nouveau", "nouvelle", "submitted", "depose", "soumis", "جديد"),
    Status.ACKNOWLEDGED: (
        "received", "acknowledged", "accuse", "recu", "recue", "registered", "enregistre", "open",
    ),
    Status.UNDER_ASSESSMENT: (
        "triage", "assessing", "assessment", "etude", "analyse", "review", "investigating",
    ),
    Status.INADMISSIBLE: (
        "refused", "rejected", "rejete", "rejetee", "irrecevable", "refuse", "inadmissible",
    ),
    Status.IN_PROGRESS: ("progress", "cours", "encours", "traitement", "working", "started"),
    Status.AWAITING_COMPLAINANT: (
        "complainant", "citizen", "usager", "complement", "feedback", "customer", "waiting",
    ),
    Status.AWAITING_THIRD_PARTY: ("third", "external", "tiers", "partner", "parked", "hold"),
    Status.ANSWERED: (
        "resolved", "answered", "traite", "traitee", "repondu", "repondue", "solved", "done",
    ),
    Status.CLOSED: ("closed", "cloture", "cloturee", "ferme", "fermee", "clos", "close", "مغلق"),
    Status.REOPENED: ("reopened", "again", "rouvert", "rouverte", "reouvert"),
    Status.WITHDRAWN: ("withdrawn", "cancelled", "canceled", "annule", "annulee", "retire"),
    Status.DUPLICATE: ("duplicate", "doublon", "merged"),
}  # fmt: skip

KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "COMPLAINT": ("complaint", "reclamation", "plainte", "شكاية", "r", "c"),
    "OBSERVATION": ("observation", "remark", "remarque", "o"),
    "SUGGESTION": ("suggestion", "idea", "idee", "proposition", "s"),
    "INFORMATION_REQUEST": ("question", "information", "inquiry", "i"),
}
CHANNELS: Final[Mapping[str, tuple[str, ...]]] = {
    "WEB": ("web", "internet", "portal", "portail", "site"),
    "MOBILE": ("mobile", "app"),
    "CALL_CENTRE": ("phone", "tel", "telephone", "call"),
    "COUNTER": ("counter", "guichet", "desk"),
    "POST": ("post", "courrier", "letter", "mail"),
    "EMAIL": ("email", "courriel"),
    "SMS": ("sms",),
    "SOCIAL": ("social", "facebook", "twitter"),
    "API": ("api",),
    "SYSTEM": ("system", "robot", "machine"),
}
AUTHORS: Final[Mapping[str, tuple[str, ...]]] = {
    "COMPLAINANT": ("citizen", "usager", "reporter", "customer", "complainant", "e"),
    "AGENCY": ("agent", "staff", "agency", "operator", "s"),
    "SYSTEM": ("robot", "machine", "system", "systeme"),
}

_HUMPS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@lru_cache(maxsize=4096)
def tokens(name: str) -> tuple[str, ...]:
    """The words that a name is made of: camelCase, snake_case and kebab-case; without accents."""
    parted = _HUMPS.sub(" ", name)
    plain = unicodedata.normalize("NFKD", parted).casefold()
    return tuple(re.findall(r"[^\W_]+", "".join(c for c in plain if not unicodedata.combining(c))))


def is_secret(name: str, signs: frozenset[str] = SENT_SECRETS) -> bool:
    """Whether what is called `name` must be kept from view: it has one of `signs` in it."""
    said = set(tokens(name))
    return bool(said & signs) and not said & _HARMLESS


def meaning(word: str, table: Mapping[str, tuple[str, ...]]) -> str | None:
    """Which of ours `word` means by `table`; None if no word of it is known."""
    said = set(tokens(word))
    if len(said) > 1:
        # A letter means something where it stands alone; elsewhere it may be an initial.
        said = {each for each in said if len(each) > 1}
    return next((ours for ours, theirs in table.items() if said & set(theirs)), None)


def status_meant(word: str) -> Status | None:
    """Which status `word` names; of several words the most telling counts."""
    said = set(tokens(word))
    # What says how a case ended or why it waits says more than that it is open or closed.
    telling = [*(s for s in _MEANINGS if s not in _VAGUE), *_VAGUE]
    return next((status for status in telling if said & set(_MEANINGS[status])), None)


_VAGUE: Final = (Status.ACKNOWLEDGED, Status.CLOSED)
