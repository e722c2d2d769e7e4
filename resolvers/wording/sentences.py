"""The catalogue of what is said about problems, in every language."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from resolvers.wording.languages import Language


class Sentence(StrEnum):
    """One thing that can be said."""

    UNKNOWN_AGENCY = "UNKNOWN_AGENCY"
    AGENCY_FILES_ELSEWHERE = "AGENCY_FILES_ELSEWHERE"
    UNKNOWN_SERVICE = "UNKNOWN_SERVICE"
    DESCRIPTION_REQUIRED = "DESCRIPTION_REQUIRED"
    NAME_REQUIRED = "NAME_REQUIRED"
    CHANNEL_NOT_ALLOWED = "CHANNEL_NOT_ALLOWED"
    TOO_LONG = "TOO_LONG"
    LANGUAGE_TAG = "LANGUAGE_TAG"
    COORDINATES_TOGETHER = "COORDINATES_TOGETHER"
    COORDINATES_ON_EARTH = "COORDINATES_ON_EARTH"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    ANSWERS_TO_QUESTIONS = "ANSWERS_TO_QUESTIONS"
    VALUES_OF_AN_ANSWER = "VALUES_OF_AN_ANSWER"
    NO_CASE_MEANT = "NO_CASE_MEANT"
    CASE_MEANT_TWICE = "CASE_MEANT_TWICE"
    CODE_WITHOUT_REFERENCE = "CODE_WITHOUT_REFERENCE"
    WORDS_REQUIRED = "WORDS_REQUIRED"
    REASONS_REQUIRED = "REASONS_REQUIRED"
    INSTEAD_REQUIRED = "INSTEAD_REQUIRED"
    SCORE = "SCORE"
    NOT_FOUND = "NOT_FOUND"
    CONFLICT = "CONFLICT"
    NOT_NOW = "NOT_NOW"
    NOTHING_TO_RATE = "NOTHING_TO_RATE"


def _said(*, ar: str, fr: str, en: str) -> Mapping[Language, str]:
    return {Language.AR: ar, Language.FR: fr, Language.EN: en}


SENTENCES: Final[Mapping[Sentence, Mapping[Language, str]]] = {
    Sentence.UNKNOWN_AGENCY: _said(
        ar="لا توجد إدارة رمزها «{agency}»",
        fr="aucune administration n'a le code « {agency} »",
        en='unknown agency "{agency}"',
    ),
    Sentence.AGENCY_FILES_ELSEWHERE: _said(
        ar="لا تستقبل «{agency}» الشكايات حاليًا إلا في نظامها الخاص",
        fr="« {agency} » ne reçoit pour l'instant les réclamations que dans son propre système",
        en='"{agency}" takes cases only in its own system for now',
    ),
    Sentence.UNKNOWN_SERVICE: _said(
        ar="ليست لدى «{agency}» خدمة رمزها «{service}»",
        fr="« {agency} » n'a pas de service « {service} »",
        en='"{agency}" has no service "{service}"',
    ),
    Sentence.DESCRIPTION_REQUIRED: _said(
        ar="الوصف ضروري؛ لم يصل أي وصف",
        fr="une description est nécessaire ; il n'y en a pas",
        en="a description is required; got none",
    ),
    Sentence.NAME_REQUIRED: _said(
        ar="الاسم ضروري؛ لم يصل أي اسم",
        fr="un nom est nécessaire ; il n'y en a pas",
        en="a name is required; got none",
    ),
    Sentence.CHANNEL_NOT_ALLOWED: _said(
        ar="القناة {channel} يصرح بها من يستقبل الشكايات عبرها ({roles})؛ وصلت من {role}",
        fr="{channel} est indiqué par qui reçoit les réclamations ainsi ({roles}) ; "
        "indiqué par {role}",
        en="{channel} is said by who receives complaints that way ({roles}); got it from {role}",
    ),
    Sentence.TOO_LONG: _said(
        ar="الحد الأقصى: {most:characters}؛ وصل: {came:characters}",
        fr="au plus {most:characters} ; reçu : {came:characters}",
        en="at most {most:characters}; got {came}",
    ),
    Sentence.LANGUAGE_TAG: _said(
        ar="المنتظر رمز لغة وفق BCP 47 مثل ar أو fr",
        fr="une étiquette BCP 47 est attendue, comme ar ou fr",
        en="expected a BCP 47 tag such as ar or fr",
    ),
    Sentence.COORDINATES_TOGETHER: _said(
        ar="خط العرض وخط الطول يأتيان معًا؛ وصل أحدهما فقط",
        fr="latitude et longitude vont ensemble ; une seule est donnée",
        en="latitude and longitude come together; got one of them",
    ),
    Sentence.COORDINATES_ON_EARTH: _said(
        ar="خطوط العرض بين ‎-90 و90 درجة، وخطوط الطول بين ‎-180 و180",
        fr="les latitudes vont de -90 à 90 degrés, les longitudes de -180 à 180",
        en="latitudes lie between -90 and 90 degrees, longitudes between -180 and 180",
    ),
    Sentence.PHONE: _said(
        ar="المنتظر علامة + ثم من 7 إلى 15 رقمًا",
        fr="attendu : + puis 7 à 15 chiffres",
        en="expected + and 7 to 15 digits",
    ),
    Sentence.EMAIL: _said(
        ar="المنتظر عنوان فيه علامة @ واحدة",
        fr="attendu : une adresse avec un seul @",
        en="expected an address with one @",
    ),
    Sentence.ANSWERS_TO_QUESTIONS: _said(
        ar="الحد الأقصى: {most:answers}، جواب واحد لكل سؤال؛ وصل: {came:answers}، {to:questions}",
        fr="au plus {most:answers}, une par question ; reçu : {came:answers} à {to:questions}",
        en="at most {most:answers}, one to a question; got {came} to {to:questions}",
    ),
    Sentence.VALUES_OF_AN_ANSWER: _said(
        ar="لكل جواب قيمة واحدة على الأقل؛ الحد الأقصى: {most:values}",
        fr="une réponse a au moins une valeur, et au plus {most:values}",
        en="an answer has at least one value, and at most {most:values}",
    ),
    Sentence.NO_CASE_MEANT: _said(
        ar="المنتظر مرجع أو معرّف؛ لم يصل أي منهما",
        fr="une référence ou un identifiant est attendu ; il n'y a ni l'un ni l'autre",
        en="expected either a reference or an id; got neither",
    ),
    Sentence.CASE_MEANT_TWICE: _said(
        ar="المنتظر مرجع أو معرّف؛ وصلا معًا",
        fr="une référence ou un identifiant est attendu ; les deux sont donnés",
        en="expected either a reference or an id; got both",
    ),
    Sentence.CODE_WITHOUT_REFERENCE: _said(
        ar="رمز التتبع يرافق المرجع؛ وصل معرّف",
        fr="un code de suivi va avec une référence ; reçu un identifiant",
        en="a tracking code goes with a reference; got an id",
    ),
    Sentence.WORDS_REQUIRED: _said(
        ar="النص ضروري؛ لم يصل أي نص",
        fr="un texte est nécessaire ; il n'y en a pas",
        en="words are required; got none",
    ),
    Sentence.REASONS_REQUIRED: _said(
        ar="يجب بيان سبب عدم القبول؛ لم يصل أي سبب",
        fr="il faut dire pourquoi elle n'est pas recevable ; il n'y a rien",
        en="why it cannot be treated is required; got nothing",
    ),
    Sentence.INSTEAD_REQUIRED: _said(
        ar="يجب بيان الجهة التي يُتوجه إليها؛ لم يصل شيء",
        fr="il faut dire où s'adresser ; il n'y a rien",
        en="where to go instead is required; got nothing",
    ),
    Sentence.SCORE: _said(
        ar="التقييم من 1 إلى {best}؛ وصل {came}",
        fr="une note va de 1 à {best} ; reçu {came}",
        en="a score is 1 to {best}; got {came}",
    ),
    Sentence.NOT_FOUND: _said(
        ar="لا توجد هذه الشكاية، أو لا يمكنكم القيام بهذا فيها",
        fr="il n'y a pas de tel dossier, ou aucun dans lequel vous puissiez faire cela",
        en="there is no such case, or none in which you can do this",
    ),
    Sentence.CONFLICT: _said(
        ar="الشكاية الآن في النسخة {version} وليس {expected}",
        fr="le dossier en est maintenant à la version {version}, et non {expected}",
        en="the case is at version {version} by now, not {expected}",
    ),
    Sentence.NOT_NOW: _said(
        ar="لا يمكن هذا وحالة الشكاية {status:status}؛ الحالات المنتظرة: {possible:status}",
        fr="impossible pour un dossier {status:status} ; états attendus : {possible:status}",
        en="a case that is {status:status} does not take this; expected {possible:status}",
    ),
    Sentence.NOTHING_TO_RATE: _said(
        ar="لا يوجد بعد جواب يمكن تقييمه",
        fr="il n'y a pas encore de réponse à évaluer",
        en="there is no answer yet that could be rated",
    ),
}
"""What is said: for each sentence a text in each language, all with the same parameters."""
