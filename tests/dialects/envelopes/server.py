"""Play a case system that answers 200 whatever happened, in local times and in HTML.

Every answer is `{"etat": "OK", "donnees": …}` or `{"etat": "KO", "erreur": {"code", "libelle"}}`;
every call carries `cle`. Times are Moroccan wall clock time, `02/03/2026 12:00:00`, without a zone.

    GET  /ws/reclamations/recherche   p_page (from 1), p_taille (20 at most are given, whatever is
                                      asked), p_tri (depot), p_sens (A or D), p_statut and p_theme
                                      (separated by `;`), p_du, p_au: both ends inclusive
    GET  /ws/reclamations/fiche       p_numero
    GET  /ws/reclamations/echanges    p_numero: what was written in a case, as HTML
    POST /ws/reclamations/depot       a new case: its number
    POST /ws/reclamations/reponse     numero, texte: what is written is read by the complainant
    POST /ws/reclamations/statut      numero, statut, motif

Equal times are told apart by number, the smaller first, whatever the direction.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.dialects.vendor import Row, Vendor, unknown

KEY = "made-up-query-key"
OPEN = {
    "saisie": True,
    "accusee": True,
    "etude": True,
    "irrecevable": False,
    "encours": True,
    "att_plaignant": True,
    "att_externe": True,
    "traitee": False,
    "cloturee": False,
    "rouverte": True,
    "retiree": False,
    "doublon": False,
}
"""Each status, and whether a case in it is open."""
_FORM = "%d/%m/%Y %H:%M:%S"
_CASABLANCA = ZoneInfo("Africa/Casablanca")
_LARGEST_PAGE = 20
_LISTS: Mapping[str, Callable[[Row], object]] = {
    "p_statut": lambda row: row["statut"],
    "p_theme": lambda row: row["theme"],
}


class EnvelopeCounter(Vendor):
    """The system; `cases` is what it holds, by number, and `exchanges` what was written there."""

    def __init__(
        self, rows: Iterable[Row] = (), exchanges: Mapping[int, list[dict[str, Any]]] | None = None
    ) -> None:
        self.cases: dict[int, Row] = {row["numero"]: row for row in rows}
        self.exchanges: dict[int, list[dict[str, Any]]] = dict(exchanges or {})
        super().__init__()

    def routes(self) -> list[Route]:
        return [
            Route("/ws/reclamations/recherche", self._search),
            Route("/ws/reclamations/fiche", self._show),
            Route("/ws/reclamations/echanges", self._exchanges),
            Route("/ws/reclamations/depot", self._file, methods=["POST"]),
            Route("/ws/reclamations/reponse", self._say, methods=["POST"]),
            Route("/ws/reclamations/statut", self._move, methods=["POST"]),
        ]

    async def _search(self, request: Request) -> Response:
        if refused := _refusal(request):
            return refused
        asked = request.query_params
        known = ("cle", "p_page", "p_taille", "p_tri", "p_sens", "p_du", "p_au", *_LISTS)
        page, size = int(asked.get("p_page", 1)), min(int(asked.get("p_taille", 10)), _LARGEST_PAGE)
        if unknown(asked, *known) or asked.get("p_tri", "depot") != "depot" or page < 1 or size < 1:
            return _ko("E100", "Paramètre inconnu")
        found = [row for row in self.cases.values() if _matches(row, asked)]
        found.sort(key=lambda row: int(row["numero"]))
        found.sort(
            key=lambda row: _moment(row["date_depot"]), reverse=asked.get("p_sens", "D") == "D"
        )
        return _ok({"lignes": found[(page - 1) * size :][:size], "nombre": len(found)})

    async def _show(self, request: Request) -> Response:
        if refused := _refusal(request):
            return refused
        row = self._case(request.query_params.get("p_numero"))
        return _ko("E404", "Réclamation introuvable") if row is None else _ok({"fiche": row})

    async def _exchanges(self, request: Request) -> Response:
        if refused := _refusal(request):
            return refused
        row = self._case(request.query_params.get("p_numero"))
        if row is None:
            return _ko("E404", "Réclamation introuvable")
        return _ok({"lignes": self.exchanges.get(row["numero"], [])})

    async def _file(self, request: Request) -> Response:
        if refused := _refusal(request):
            return refused
        said = await request.json()
        if len(said.get("texte") or "") < 3:
            return _ko("E201", "Le champ « texte » est trop court", champ="texte")
        numero = max(self.cases, default=1000) + 1
        self.cases[numero] = {
            "numero": numero,
            "objet": said.get("objet"),
            "texte": _html(said["texte"]),
            "statut": "saisie",
            "ouvert": "O",
            "nature": said.get("nature"),
            "voie": said.get("voie"),
            "theme": said.get("theme"),
            "ref_externe": said.get("ref_externe"),
            "plaignant": said.get("plaignant"),
            "adresse": said.get("adresse"),
            "latitude": None,
            "longitude": None,
            "date_depot": self._now(),
            "date_maj": None,
            "echeance": None,
            "date_cloture": None,
        }
        return _ok({"numero": numero})

    async def _say(self, request: Request) -> Response:
        said = await request.json()
        row = self._case(said.get("numero"))
        if refused := _refusal(request):
            return refused
        if row is None:
            return _ko("E404", "Réclamation introuvable")
        lines = self.exchanges.setdefault(row["numero"], [])
        line = {
            "id": sum(map(len, self.exchanges.values())) + 500_000,
            "sens": said.get("sens", "S"),
            "texte": _html(said["texte"]),
            "date": self._now(),
        }
        lines.append(line)
        return _ok({"id": line["id"]})

    async def _move(self, request: Request) -> Response:
        said = await request.json()
        row = self._case(said.get("numero"))
        if refused := _refusal(request):
            return refused
        if row is None:
            return _ko("E404", "Réclamation introuvable")
        if said.get("statut") == "irrecevable" and not said.get("motif"):
            return _ko("E201", "Le champ « motif » est obligatoire", champ="motif")
        if said.get("statut") not in OPEN:
            return _ko("E202", "Statut inconnu", champ="statut")
        row["statut"] = said["statut"]
        row["ouvert"] = "O" if OPEN[said["statut"]] else "N"
        row["motif"] = said.get("motif")
        row["date_maj"] = self._now()
        return _ok({})

    def _case(self, number: object) -> Row | None:
        return self.cases.get(int(str(number))) if str(number).isdecimal() else None

    def _now(self) -> str:
        return self.next_moment().astimezone(_CASABLANCA).strftime(_FORM)


def _matches(row: Row, asked: Mapping[str, str]) -> bool:
    at = _moment(row["date_depot"])
    return (
        all(
            value_of(row) in asked[name].split(";")
            for name, value_of in _LISTS.items()
            if name in asked
        )
        and ("p_du" not in asked or at >= _moment(asked["p_du"]))
        and ("p_au" not in asked or at <= _moment(asked["p_au"]))
    )


def _refusal(request: Request) -> Response | None:
    if request.query_params.get("cle") != KEY:
        return _ko("E101", "Clé inconnue")
    return None


def _ok(data: object) -> Response:
    return JSONResponse({"etat": "OK", "donnees": data})


def _ko(code: str, words: str, **more: str) -> Response:
    return JSONResponse({"etat": "KO", "erreur": {"code": code, "libelle": words, **more}})


def _html(text: str) -> str:
    """As its editor keeps what was typed."""
    return "".join(f"<p>{escape(line)}</p>" for line in text.splitlines())


def _moment(written: str) -> datetime:
    return datetime.strptime(written, _FORM)  # noqa: DTZ007 - it knows of no zone
