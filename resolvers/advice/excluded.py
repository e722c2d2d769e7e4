"""Know what the law does not let be treated as a complaint, and when a text hints at it.

Decree 2-17-265 leaves out what is before a court or judged, what the judicial police has recorded
for the prosecutor, what is outside the administration's competence, and National Defence. A
request for information has a law of its own, 31-13. A hint is a question to the person, never an
answer: nothing here keeps anybody from filing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from connectors.contract.acts import Inadmissibility
from connectors.contract.records import LocalizedText
from resolvers.advice.catalogue import stems_of
from resolvers.advice.words import readings, telling

_WITHIN: Final = 4
"""Words that the words of one hint may lie apart."""


class MatterCode(StrEnum):
    """A matter that is no complaint in the law's sense."""

    BEFORE_A_COURT = "BEFORE_A_COURT"
    JUDGED = "JUDGED"
    JUDICIAL_POLICE = "JUDICIAL_POLICE"
    ANOTHER_BODY = "ANOTHER_BODY"
    NATIONAL_DEFENCE = "NATIONAL_DEFENCE"
    INFORMATION_REQUEST = "INFORMATION_REQUEST"
    CORRUPTION = "CORRUPTION"


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter, and where to go with it."""

    code: MatterCode
    inadmissibility: Inadmissibility
    """How a case about it would be assessed."""
    law: str
    """The rule, by its number."""
    name: LocalizedText
    instead: LocalizedText
    """Where to go, in a sentence."""
    url: str | None = None
    """The address of that place, if it has one."""


@dataclass(frozen=True, slots=True)
class ExcludedMatter:
    """A matter, and whether a text hints at it."""

    matter: Matter
    suggested: bool
    words: tuple[str, ...]
    """The words of the text that hint at it, folded; empty if none do."""


_DECREE: Final = "2-17-265"

MATTERS: Final = (
    Matter(
        MatterCode.BEFORE_A_COURT,
        Inadmissibility.SUB_JUDICE,
        _DECREE,
        LocalizedText(
            ar="قضية معروضة على القضاء أو على جهة مختصة أخرى",
            fr="Affaire en cours devant un tribunal ou une autre instance compétente",
            en="A matter before a court or another competent body",
        ),
        LocalizedText(
            ar="ينتظر قرار المحكمة؛ تسأل كتابة الضبط أو المحامي عن سير القضية",
            fr="Attendre la décision du tribunal ; le greffe ou un avocat renseigne sur l'affaire",
            en="Wait for the court's decision; its registry or a lawyer tells how the case stands",
        ),
    ),
    Matter(
        MatterCode.JUDGED,
        Inadmissibility.RES_JUDICATA,
        _DECREE,
        LocalizedText(
            ar="قضية صدر فيها حكم نهائي",
            fr="Affaire déjà jugée",
            en="A matter that has been judged",
        ),
        LocalizedText(
            ar="تتبع طرق الطعن التي يحددها القانون داخل آجالها",
            fr="Suivre les voies de recours prévues par la loi, dans leurs délais",
            en="Use the appeals that the law provides, within their terms",
        ),
    ),
    Matter(
        MatterCode.JUDICIAL_POLICE,
        Inadmissibility.CRIMINAL_PROCEEDINGS,
        _DECREE,
        LocalizedText(
            ar="محاضر الشرطة القضائية المحالة على النيابة العامة",
            fr="Procès-verbaux de police judiciaire transmis au ministère public",
            en="Records of the judicial police that were sent to the prosecutor",
        ),
        LocalizedText(
            ar="يتوجه إلى النيابة العامة لدى المحكمة المختصة",
            fr="S'adresser au ministère public près le tribunal compétent",
            en="Turn to the public prosecutor at the competent court",
        ),
    ),
    Matter(
        MatterCode.ANOTHER_BODY,
        Inadmissibility.OTHER_COMPETENT_BODY,
        _DECREE,
        LocalizedText(
            ar="ما لا يدخل في اختصاص الإدارة، كالنزاعات بين الخواص",
            fr="Ce qui ne relève pas de l'administration, comme un litige entre particuliers",
            en="What is outside the administration's competence, such as a dispute between individuals",
        ),
        LocalizedText(
            ar="يتوجه إلى الجهة المختصة؛ والإدارة التي توصلت بالشكاية ترشد إليها",
            fr="S'adresser à l'organisme compétent ; l'administration saisie doit y orienter",
            en="Turn to the competent body; an administration that was asked has to point to it",
        ),
    ),
    Matter(
        MatterCode.NATIONAL_DEFENCE,
        Inadmissibility.OUT_OF_SCOPE,
        _DECREE,
        LocalizedText(
            ar="إدارة الدفاع الوطني",
            fr="Administration de la Défense nationale",
            en="The administration of National Defence",
        ),
        LocalizedText(
            ar="يراسل إدارة الدفاع الوطني مباشرة",
            fr="Écrire directement à l'administration de la Défense nationale",
            en="Write to the administration of National Defence itself",
        ),
    ),
    Matter(
        MatterCode.INFORMATION_REQUEST,
        Inadmissibility.OUT_OF_SCOPE,
        "31-13",
        LocalizedText(
            ar="طلب الحصول على معلومات",
            fr="Demande d'accès à l'information",
            en="A request for information",
            zgh="ⴰⵙⵓⵜⵔ ⵏ ⵉⵏⵖⵎⵉⵙⵏ",
        ),
        LocalizedText(
            ar="يقدم الطلب عبر بوابة الحق في الحصول على المعلومات",
            fr="Déposer la demande sur le portail du droit d'accès à l'information",
            en="Ask on the portal of the right of access to information",
        ),
        url="https://www.chafafiya.ma",
    ),
    Matter(
        MatterCode.CORRUPTION,
        Inadmissibility.OTHER_COMPETENT_BODY,
        _DECREE,
        LocalizedText(
            ar="التبليغ عن الرشوة والفساد",
            fr="Signalement de corruption",
            en="A report of corruption",
        ),
        LocalizedText(
            ar="يبلغ إلى النيابة العامة أو إلى الهيئة الوطنية للنزاهة والوقاية من الرشوة ومحاربتها",
            fr="Signaler au ministère public, ou à l'Instance nationale de la probité, de la "
            "prévention et de la lutte contre la corruption",
            en="Report to the public prosecutor, or to the National Authority for Probity, "
            "Prevention and Fight against Corruption",
        ),
    ),
)
"""In the law's order, with what other laws and channels serve behind it."""

_HINTS: Final[Mapping[MatterCode, str]] = {
    MatterCode.BEFORE_A_COURT: """
        devant le tribunal; affaire au tribunal; affaire en justice; procès en cours;
        en instance au tribunal; saisi le tribunal; audience reportée; poursuite judiciaire;
        pending in court; lawsuit; court hearing;
        دعوى قضائية; رفعت دعوى; أمام المحكمة; معروضة على القضاء; القضية المحكمة; ملف المحكمة; جلسة المحكمة;
        9adiya lma7kama; da3wa lma7kama; jalsa lma7kama""",
    MatterCode.JUDGED: """
        jugement définitif; jugement rendu; affaire jugée; arrêt de la cour; tribunal a jugé;
        chose jugée; contester le jugement; court ruled; final judgment;
        حكم نهائي; صدر حكم; حكمت المحكمة; حكم المحكمة; قرار محكمة النقض;
        7akmat lma7kama; l7okm dyal lma7kama""",
    MatterCode.JUDICIAL_POLICE: """
        police judiciaire; procès-verbal police; procès-verbal gendarmerie; pv police;
        pv gendarmerie; procureur du Roi; plainte pénale; garde à vue; judicial police; prosecutor;
        الشرطة القضائية; محضر الشرطة; محضر الدرك; وكيل الملك; النيابة العامة; الحراسة النظرية;
        wakil lmalik; lma7dar bolis; pv jadarmiya""",
    MatterCode.ANOTHER_BODY: """
        voisin construit; voisin bruit; conflit voisin; litige voisin; mur du voisin; mon bailleur;
        litige entre particuliers; litige héritage; litige banque; dispute neighbour; my landlord;
        جاري بنى; جاري يزعجنا; ضجيج جاري; نزاع جيراني; مالك المنزل; نزاع الإرث; خلاف عائلي; نزاع البنك;
        jari; mol dar""",
    MatterCode.NATIONAL_DEFENCE: """
        forces armées royales; défense nationale; service militaire; armed forces;
        القوات المسلحة; الدفاع الوطني; الخدمة العسكرية; التجنيد; ثكنة;
        l3askar""",
    MatterCode.INFORMATION_REQUEST: """
        accès à l'information; loi 31-13; obtenir une copie des documents administratifs;
        communiquer les statistiques; communiquer le budget; access to information;
        الحصول على المعلومات; الحق في المعلومة; القانون 31.13; طلب معلومات إحصائيات;
        bghit ma3lomat""",
    MatterCode.CORRUPTION: """
        corruption; pot-de-vin; bakchich; dessous de table; exigé argent; réclamé argent; argent pour signer; argent en échange;
        argent pour accélérer;
        détournement de fonds; bribe; bribery;
        رشوة; الرشوة; ارتشاء; اختلاس; طلب مني المال; تبديد أموال; الفساد;
        rechwa; richwa; rachwa; bgha l9ahwa; tlab l9ahwa""",
}


def excluded_matters(text: str | None) -> tuple[ExcludedMatter, ...]:
    """All matters in their order; those that `text` hints at say by which words."""
    said = _Said(text or "")
    return tuple(_told(matter, said) for matter in MATTERS)


class _Said:
    """The words of a text by what they may stand for."""

    def __init__(self, text: str) -> None:
        self.words: Final = list(telling(text))
        self._places: defaultdict[str, list[int]] = defaultdict(list)
        for place, word in enumerate(self.words):
            for each in readings(word):
                self._places[each].append(place)

    def hinted(self, hint: Sequence[str]) -> tuple[int, ...]:
        """Where the words of `hint` stand close together; empty if they do not."""
        for start in self._places.get(hint[0], ()):
            near = [
                next((at for at in self._places.get(each, ()) if abs(at - start) <= _WITHIN), None)
                for each in hint
            ]
            if None not in near:
                return tuple(at for at in near if at is not None)
        return ()


def _told(matter: Matter, said: _Said) -> ExcludedMatter:
    places = {at for hint in _hints()[matter.code] for at in said.hinted(hint)}
    words = dict.fromkeys(said.words[at] for at in sorted(places))
    return ExcludedMatter(matter, bool(words), tuple(words))


@cache
def _hints() -> Mapping[MatterCode, Sequence[tuple[str, ...]]]:
    return {code: tuple(_stems(hints.split(";"))) for code, hints in _HINTS.items()}


def _stems(hints: Iterable[str]) -> Iterator[tuple[str, ...]]:
    for hint in hints:
        stems = tuple(stems_of(hint))
        if not stems:
            raise ValueError(f"a hint of nothing but common words: {hint.strip()}")
        yield stems
