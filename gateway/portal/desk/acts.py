"""What officers can do in a case, and what each act takes of a form."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from gateway.portal.acting import Deed
from gateway.portal.forms import Form

OUTCOMES: Final = (
    "UPHELD",
    "PARTLY_UPHELD",
    "NOT_UPHELD",
    "INFORMATION_GIVEN",
    "NO_ACTION_POSSIBLE",
    "REDIRECTED",
)
"""What an officer decides; a complaint is withdrawn or found to be a duplicate by other acts."""
INADMISSIBLE: Final = (
    "INCOMPLETE",
    "NOT_CONFORMING_FORM",
    "SUB_JUDICE",
    "RES_JUDICATA",
    "CRIMINAL_PROCEEDINGS",
    "OUT_OF_SCOPE",
    "OTHER_COMPETENT_BODY",
    "ABUSIVE",
    "UNCLEAR",
    "ANONYMOUS",
)
"""Why a complaint cannot be treated."""


def _taking(*names: str, files: bool = False) -> Callable[[Form], dict[str, Any]]:
    """What is given under `names`, and left out where nothing is."""

    def take(form: Form) -> dict[str, Any]:
        uploads = {"uploads": [id_ for id_, _ in form.uploads]} if files else {}
        return {name: form.given(name) for name in names} | uploads

    return take


def _saying(*names: str, files: bool = False) -> Callable[[Form], dict[str, Any]]:
    """The same with words, which the graph misses where there are none."""
    rest = _taking(*names, files=files)
    return lambda form: {"text": form.get("text")} | rest(form)


def _asking(*names: str) -> dict[str, str]:
    """Fields that are called as what they ask for."""
    return {name: name for name in ("text", *names)}


_WITH_FILES: Final = _asking() | {"uploads": "file"}

ACTS: Final[Mapping[str, Deed]] = {
    "ACKNOWLEDGE": Deed("Acknowledge", _taking()),
    "ASSESS": Deed(
        "Assess",
        _taking("inadmissible", "text", "instead"),
        _asking("inadmissible", "instead"),
    ),
    "ASSIGN": Deed("Assign", _taking("assignee"), _asking("assignee")),
    "DECIDE": Deed(
        "Decide",
        _saying("outcome", "legalBasis", "instead", files=True),
        _WITH_FILES | _asking("outcome", "legalBasis", "instead"),
    ),
    "ANSWER_IN_PART": Deed("AnswerInPart", _saying(files=True), _WITH_FILES),
    "REQUEST_INFORMATION": Deed("RequestInformation", _saying(files=True), _WITH_FILES),
    "ADD_MESSAGE": Deed("AddMessage", _saying(files=True), _WITH_FILES),
    "ADD_NOTE": Deed("AddNote", _saying()),
    "TRANSFER": Deed(
        "Transfer",
        lambda form: _saying("serviceCode")(form) | {"agency": form.get("agency")},
        _asking("agency", "serviceCode"),
    ),
    "ADD_CO_AGENCY": Deed(
        "AddCoAgency",
        lambda form: _taking("text")(form) | {"agency": form.get("agency")},
        _asking("agency"),
    ),
    "LINK_DUPLICATE": Deed(
        "LinkDuplicate",
        lambda form: _taking("text")(form) | {"original": form.get("original")},
        _asking("original"),
    ),
    "CLOSE": Deed("Close", _taking("text")),
}
"""In the order in which they are offered: what is done to the case before what is said of it."""
WITH_FILES: Final = frozenset({"DECIDE", "ANSWER_IN_PART", "REQUEST_INFORMATION", "ADD_MESSAGE"})
"""What files can come with."""
ELSEWHERE: Final = frozenset({"TRANSFER", "ADD_CO_AGENCY"})
"""What names another administration."""
