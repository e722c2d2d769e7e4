"""What states, acts and outcomes are called, in the languages of the administration.

The Amazigh names are put together from the terms of administration in use; those who speak it had
no look at them yet.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from connectors.contract.acts import Act
from connectors.contract.lifecycle import Status
from connectors.contract.records import LocalizedText, Outcome


class LabelKind(StrEnum):
    """Whose words are labelled."""

    STATUS = "STATUS"
    ACT = "ACT"
    OUTCOME = "OUTCOME"


def _called(ar: str, fr: str, en: str, zgh: str) -> LocalizedText:
    return LocalizedText(ar=ar, fr=fr, en=en, zgh=zgh)


STATUSES: Final[Mapping[Status, LocalizedText]] = {
    Status.SUBMITTED: _called("مودعة", "déposé", "submitted", "ⵜⴻⵜⵜⵓⵙⵔⵙ"),
    Status.ACKNOWLEDGED: _called("متوصل بها", "reçu", "acknowledged", "ⵜⴻⵜⵜⵡⴰⵎⵥ"),
    Status.UNDER_ASSESSMENT: _called("قيد الدراسة", "à l'examen", "under assessment", "ⴷⴳ ⵓⵖⵣⵣⵓⵏ"),
    Status.INADMISSIBLE: _called("غير مقبولة", "irrecevable", "inadmissible", "ⵓⵔ ⵜⴻⵜⵜⵓⵇⴱⴰⵍ"),
    Status.IN_PROGRESS: _called("قيد المعالجة", "en traitement", "in progress", "ⴷⴳ ⵓⵙⴽⴰⵔ"),
    Status.AWAITING_COMPLAINANT: _called(
        "في انتظار المشتكي",
        "en attente de l'usager",
        "awaiting the complainant",
        "ⴷⴳ ⵓⵇⵇⵍⵓ ⵏ ⵓⵎⵙⵙⵓⵜⵔ",
    ),
    Status.AWAITING_THIRD_PARTY: _called(
        "في انتظار جهة أخرى", "en attente d'un tiers", "awaiting a third party", "ⴷⴳ ⵓⵇⵇⵍⵓ ⵏ ⵡⴰⵢⴰⴹ"
    ),
    Status.ANSWERED: _called("مجاب عنها", "répondu", "answered", "ⵜⴻⵜⵜⵓⵔⴰⵔ"),
    Status.CLOSED: _called("مغلقة", "clos", "closed", "ⵜⴻⵜⵜⵓⵔⴳⵍ"),
    Status.REOPENED: _called("أعيد فتحها", "rouvert", "reopened", "ⵜⴻⵜⵜⵓⵔⵥⵎ ⴷⴰⵖ"),
    Status.WITHDRAWN: _called("مسحوبة", "retiré", "withdrawn", "ⵜⴻⵜⵜⵓⴽⴽⵙ"),
    Status.DUPLICATE: _called("مكررة", "en double", "a duplicate", "ⵜⴻⵜⵜⵓⵄⴰⵡⴷ"),
}
"""As what is said of a case: of a dossier in French, of a شكاية in Arabic."""

ACTS: Final[Mapping[Act, LocalizedText]] = {
    Act.FILE: _called("إيداع", "Déposer", "File", "ⵙⵔⵙ"),
    Act.ADD_MESSAGE: _called("إرسال رسالة", "Envoyer un message", "Send a message", "ⴰⵣⵏ ⵜⵓⵣⵉⵏⵜ"),
    Act.PROVIDE_INFORMATION: _called(
        "تقديم المعلومات المطلوبة",
        "Fournir les informations demandées",
        "Provide the information asked for",
        "ⴼⴽ ⵉⵏⵖⵎⵉⵙⵏ",
    ),
    Act.WITHDRAW: _called("سحب الشكاية", "Retirer la réclamation", "Withdraw", "ⴽⴽⵙ"),
    Act.RATE: _called("تقييم الجواب", "Évaluer la réponse", "Rate the answer", "ⵙⵜⴰⵍ ⵜⴰⵎⵔⴰⵔⵓⵜ"),
    Act.REOPEN: _called("إعادة الفتح", "Rouvrir", "Reopen", "ⵔⵥⵎ ⴷⴰⵖ"),
    Act.HAND_OVER: _called(
        "الإحالة على الوسيط", "Saisir le Médiateur", "Hand over to the ombudsman", "ⴰⵣⵏ ⵖⵔ ⵓⵎⵙⵔⴰⵢ"
    ),
    Act.REPLACE_TRACKING_CODE: _called(
        "تغيير رمز التتبع",
        "Remplacer le code de suivi",
        "Replace the tracking code",
        "ⵙⵏⴼⵍ ⵜⴰⵏⴳⴰⵍⵜ",
    ),
    Act.READ_COMPLAINANT: _called(
        "الاطلاع على هوية المشتكي",
        "Consulter l'identité du plaignant",
        "See who complains",
        "ⵥⵕ ⴰⵎⵙⵙⵏⴽⴷ",
    ),
    Act.READ_SECRET_COMPLAINANT: _called(
        "الاطلاع على هوية سرية للمشتكي",
        "Consulter l'identité secrète du plaignant",
        "See who complains in secret",
        "ⵥⵕ ⴰⵎⵙⵙⵏⴽⴷ ⵓⴼⴼⵉⵔ",
    ),
    Act.ACKNOWLEDGE: _called("تأكيد التوصل", "Accuser réception", "Acknowledge", "ⵙⵏⵜⵎ ⴰⵎⴰⵥ"),
    Act.ASSESS: _called("البت في القبول", "Examiner la recevabilité", "Assess", "ⵖⵣⵣⵏ"),
    Act.ASSIGN: _called("تعيين مكلف", "Affecter", "Assign", "ⵙⵡⵓⵔⵉ"),
    Act.ADD_NOTE: _called(
        "إضافة ملاحظة داخلية", "Ajouter une note interne", "Add an internal note", "ⵔⵏⵓ ⴰⵣⵎⵣⵉⵔ"
    ),
    Act.REQUEST_INFORMATION: _called(
        "طلب معلومات", "Demander des informations", "Request information", "ⵙⵙⵓⵜⵔ ⵉⵏⵖⵎⵉⵙⵏ"
    ),
    Act.ANSWER_IN_PART: _called(
        "جواب مؤقت", "Donner une réponse d'attente", "Give an interim answer", "ⵔⴰⵔ ⵙ ⵉⵎⵉⴽ"
    ),
    Act.DECIDE: _called("إصدار الجواب المعلل", "Répondre avec motifs", "Decide", "ⵖⵜⵙ"),
    Act.CLOSE: _called("إغلاق", "Clore", "Close", "ⵔⴳⵍ"),
    Act.LINK_DUPLICATE: _called(
        "ربط بشكاية مماثلة", "Signaler un doublon", "Link as a duplicate", "ⵣⴷⵉ ⴷ ⵜⴰⵎⵙⴰⵙⵜ"
    ),
    Act.TRANSFER: _called(
        "إحالة على إدارة أخرى",
        "Transférer à une autre administration",
        "Transfer to another agency",
        "ⴰⵣⵏ ⵖⵔ ⵜⴷⴱⵍⵜ ⵢⴰⴹⵏ",
    ),
    Act.ADD_CO_AGENCY: _called(
        "إشراك إدارة أخرى", "Associer une autre administration", "Add a co-agency", "ⵔⵏⵓ ⵜⴰⴷⴱⵍⵜ"
    ),
    Act.CONFIRM_DELIVERY: _called(
        "تأكيد التسجيل في نظام الإدارة",
        "Confirmer la saisie dans le système de l'administration",
        "Confirm what was delivered",
        "ⵙⵏⵜⵎ ⴰⵙⵉⵡⴹ",
    ),
    Act.HEAR: _called(
        "تلقي مستجدات الإدارة",
        "Prendre connaissance des nouvelles de l'administration",
        "Hear the agency",
        "ⵙⵙⴼⵍⴷ ⵉ ⵜⴷⴱⵍⵜ",
    ),
}
"""As what a button would say."""

OUTCOMES: Final[Mapping[Outcome, LocalizedText]] = {
    Outcome.UPHELD: _called("قبول الطلب", "demande acceptée", "upheld", "ⵉⵜⵜⵓⵇⴱⴰⵍ"),
    Outcome.PARTLY_UPHELD: _called(
        "قبول جزئي", "demande acceptée en partie", "partly upheld", "ⵉⵜⵜⵓⵇⴱⴰⵍ ⵙ ⵉⵎⵉⴽ"
    ),
    Outcome.NOT_UPHELD: _called("رفض الطلب", "demande rejetée", "not upheld", "ⵓⵔ ⵉⵜⵜⵓⵇⴱⴰⵍ"),
    Outcome.INFORMATION_GIVEN: _called(
        "تقديم معلومات", "information donnée", "information given", "ⵜⵜⵓⴼⴽⴰⵏ ⵉⵏⵖⵎⵉⵙⵏ"
    ),
    Outcome.NO_ACTION_POSSIBLE: _called(
        "تعذر اتخاذ أي إجراء", "aucune suite possible", "no action possible", "ⵓⵔ ⵉⵣⵎⵉⵔ ⵓⵙⴽⴰⵔ"
    ),
    Outcome.REDIRECTED: _called(
        "توجيه إلى جهة أخرى", "orienté vers un autre organisme", "redirected", "ⵉⵜⵜⵓⴰⵣⵏ ⵖⵔ ⵡⴰⵢⴰⴹ"
    ),
    Outcome.WITHDRAWN: _called("سحب", "retrait", "withdrawn", "ⵉⵜⵜⵓⴽⴽⵙ"),
    Outcome.DUPLICATE: _called("شكاية مكررة", "doublon", "duplicate", "ⵉⵜⵜⵓⵄⴰⵡⴷ"),
}

LABELS: Final[Mapping[LabelKind, Sequence[tuple[str, LocalizedText]]]] = {
    LabelKind.STATUS: tuple(STATUSES.items()),
    LabelKind.ACT: tuple(ACTS.items()),
    LabelKind.OUTCOME: tuple(OUTCOMES.items()),
}
"""Every label, by whose words it labels."""
