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
    NOT_FROM_A_LETTER = "NOT_FROM_A_LETTER"
    NO_LETTERS = "NO_LETTERS"
    REFERENCE_MISTYPED = "REFERENCE_MISTYPED"
    LINK_SPENT = "LINK_SPENT"
    COORDINATES_TOGETHER = "COORDINATES_TOGETHER"
    COORDINATES_ON_EARTH = "COORDINATES_ON_EARTH"
    COORDINATES_NOWHERE = "COORDINATES_NOWHERE"
    COORDINATES_ELSEWHERE = "COORDINATES_ELSEWHERE"
    AREA_CODE = "AREA_CODE"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    ANSWERS_TO_QUESTIONS = "ANSWERS_TO_QUESTIONS"
    VALUES_OF_AN_ANSWER = "VALUES_OF_AN_ANSWER"
    UNKNOWN_QUESTION = "UNKNOWN_QUESTION"
    NOTHING_ASKED = "NOTHING_ASKED"
    ANSWER_REQUIRED = "ANSWER_REQUIRED"
    ONE_ANSWER = "ONE_ANSWER"
    EACH_CHOICE_ONCE = "EACH_CHOICE_ONCE"
    ANSWER_IN_A_LINE = "ANSWER_IN_A_LINE"
    ANSWER_IN_NUMBERS = "ANSWER_IN_NUMBERS"
    ANSWER_IN_TIME = "ANSWER_IN_TIME"
    ANSWER_BY_CHOICE = "ANSWER_BY_CHOICE"
    ANSWERS_UNCHECKED = "ANSWERS_UNCHECKED"
    NO_CASE_MEANT = "NO_CASE_MEANT"
    CASE_MEANT_TWICE = "CASE_MEANT_TWICE"
    CODE_WITHOUT_REFERENCE = "CODE_WITHOUT_REFERENCE"
    WORDS_REQUIRED = "WORDS_REQUIRED"
    REASONS_REQUIRED = "REASONS_REQUIRED"
    INSTEAD_REQUIRED = "INSTEAD_REQUIRED"
    SCORE = "SCORE"
    PURPOSE_REQUIRED = "PURPOSE_REQUIRED"
    NOT_FOUND = "NOT_FOUND"
    CODE_TOLD_ONCE = "CODE_TOLD_ONCE"
    COMPLAINANT_SECRET = "COMPLAINANT_SECRET"  # noqa: S105 - no password
    CONFLICT = "CONFLICT"
    OTHER_DESK = "OTHER_DESK"
    ON_ITS_WAY = "ON_ITS_WAY"
    NOT_NOW = "NOT_NOW"
    NOTHING_TO_RATE = "NOTHING_TO_RATE"
    ORIGINAL_NOT_FOUND = "ORIGINAL_NOT_FOUND"
    ORIGINAL_ITSELF = "ORIGINAL_ITSELF"
    ORIGINAL_OVER = "ORIGINAL_OVER"
    AGENCY_RESPONSIBLE = "AGENCY_RESPONSIBLE"
    AGENCY_TAKES_PART = "AGENCY_TAKES_PART"
    COURT_SEIZED = "COURT_SEIZED"
    HANDED_OVER = "HANDED_OVER"
    NO_ANSWER_YET = "NO_ANSWER_YET"
    ANSWER_NOT_DUE = "ANSWER_NOT_DUE"
    DELIVERY_NOT_FOUND = "DELIVERY_NOT_FOUND"
    DELIVERY_NOT_AWAITED = "DELIVERY_NOT_AWAITED"
    SOURCE_ID_REQUIRED = "SOURCE_ID_REQUIRED"
    SOURCE_ID_OF_FILINGS = "SOURCE_ID_OF_FILINGS"
    SOURCE_ID_TAKEN = "SOURCE_ID_TAKEN"
    FILE_EMPTY = "FILE_EMPTY"
    FILE_KIND = "FILE_KIND"
    FILE_TOO_LARGE = "FILE_TOO_LARGE"
    FILES_TOO_LARGE = "FILES_TOO_LARGE"
    TOO_MANY_FILES = "TOO_MANY_FILES"
    FILE_NOT_FOUND = "FILE_NOT_FOUND"
    NO_ROOM = "NO_ROOM"
    TOO_MANY_UPLOADS = "TOO_MANY_UPLOADS"
    HEAR_RECORDING = "HEAR_RECORDING"
    SEE_FILES = "SEE_FILES"


def _said(*, ar: str, fr: str, en: str) -> Mapping[Language, str]:
    return {Language.AR: ar, Language.FR: fr, Language.EN: en}


SENTENCES: Final[Mapping[Sentence, Mapping[Language, str]]] = {
    Sentence.UNKNOWN_AGENCY: _said(
        ar="لا توجد إدارة رمزها «{agency}»",
        fr="aucune administration n'a le code « {agency} »",
        en='unknown agency "{agency}"',
    ),
    Sentence.AGENCY_FILES_ELSEWHERE: _said(
        ar="لا تستقبل «{agency}» الشكايات إلا في نظامها الخاص",
        fr="« {agency} » ne reçoit les réclamations que dans son propre système",
        en='"{agency}" takes cases only in its own system',
    ),
    Sentence.UNKNOWN_SERVICE: _said(
        ar="ليست لدى «{agency}» خدمة رمزها «{service}»",
        fr="« {agency} » n'a pas de service « {service} »",
        en='"{agency}" has no service "{service}"',
    ),
    Sentence.DESCRIPTION_REQUIRED: _said(
        ar="الوصف ضروري، أو تسجيل صوتي أو مرئي؛ لم يصل أي منهما",
        fr="une description est nécessaire, ou un enregistrement ; il n'y a ni l'un ni l'autre",
        en="a description or a recording is required; got neither",
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
    Sentence.NOT_FROM_A_LETTER: _said(
        ar="المنتظر الرمز الموجود في رابط من رسالة؛ وصل نص آخر",
        fr="le jeton d'un lien reçu par courriel est attendu ; un autre texte a été reçu",
        en="expected the token of a link in a letter; came other text",
    ),
    Sentence.NO_LETTERS: _said(
        ar="لا ترسل هذه المنصة رسائل إلكترونية",
        fr="ce portail n'envoie pas de courriels",
        en="no letters are sent from here",
    ),
    Sentence.REFERENCE_MISTYPED: _said(
        ar="المنتظر 13 رقمًا كما في وصل الإيداع؛ المكتوب ليس رقمًا مرجعيًا",
        fr="les 13 chiffres d'un récépissé sont attendus ; ce n'est pas une référence",
        en="expected the 13 digits of a receipt; this can be no reference",
    ),
    Sentence.LINK_SPENT: _said(
        ar="استُعمل هذا الرابط، أو مضى عليه أكثر من يوم، أو أُنشئ رمز آخر منذ ذلك الحين",
        fr="ce lien a servi, a plus d'un jour, ou un autre code a été créé depuis",
        en="this link was used, is older than a day, or another code was made since",
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
    Sentence.COORDINATES_NOWHERE: _said(
        ar="النقطة 0، 0 يضعها برنامج لا يعرف المكان؛ تُترك الإحداثيات فارغة",
        fr="le point 0, 0 vient d'un programme qui ignore le lieu ; il vaut mieux n'en pas donner",
        en="0, 0 is where programs put what they do not know; leave both out",
    ),
    Sentence.COORDINATES_ELSEWHERE: _said(
        ar="المنتظر نقطة في المغرب حيث توجد المنطقة؛ وصلت نقطة في مكان آخر (هل عُكس الرقمان؟)",
        fr="attendu : un point au Maroc, où est le lieu indiqué ; reçu un point ailleurs "
        "(les nombres sont-ils inversés ?)",
        en="expected a spot in Morocco, where the area is; got one elsewhere (are they exchanged?)",
    ),
    Sentence.AREA_CODE: _said(
        ar="المنتظر رمز ISO 3166-2 لجهة أو عمالة أو إقليم، مثل MA-04 أو MA-RAB؛ وصل غيره",
        fr="attendu : le code ISO 3166-2 d'une région, préfecture ou province, comme MA-04 ou "
        "MA-RAB ; reçu autre chose",
        en="expected the ISO 3166-2 code of a region, province or prefecture, such as MA-04 or "
        "MA-RAB; got another",
    ),
    Sentence.PHONE: _said(
        ar="المنتظر رقم هاتف مثل ‎0612345678 أو ‎+212612345678",
        fr="attendu : un numéro comme 0612345678 ou +212612345678",
        en="expected a number such as 0612345678 or +212612345678",
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
    Sentence.UNKNOWN_QUESTION: _said(
        ar="المنتظر جواب عن أحد الأسئلة {known}؛ وصل جواب عن «{question}»",
        fr="attendu : une réponse à {known} ; reçu une réponse à « {question} »",
        en='expected answers to {known}; got one to "{question}"',
    ),
    Sentence.NOTHING_ASKED: _said(
        ar="لا يُطرح هنا أي سؤال؛ وصل جواب عن «{question}»",
        fr="rien n'est demandé ici ; reçu une réponse à « {question} »",
        en='nothing is asked here; got an answer to "{question}"',
    ),
    Sentence.ANSWER_REQUIRED: _said(
        ar="الجواب عن «{question}» ضروري؛ لم يصل أي جواب",
        fr="une réponse à « {question} » est nécessaire ; il n'y en a pas",
        en='"{question}" must be answered; got nothing',
    ),
    Sentence.ONE_ANSWER: _said(
        ar="«{question}»: المنتظر جواب واحد؛ وصل: {came:answers}",
        fr="« {question} » : une seule réponse est attendue ; reçu : {came:answers}",
        en='"{question}": expected one answer; got {came}',
    ),
    Sentence.EACH_CHOICE_ONCE: _said(
        ar="«{question}»: المنتظر كل اختيار مرة واحدة؛ تكرر أحدها",
        fr="« {question} » : chaque choix est attendu une fois ; l'un d'eux est répété",
        en='"{question}": expected each choice once; got one of them twice',
    ),
    Sentence.ANSWER_IN_A_LINE: _said(
        ar="«{question}»: المنتظر سطر واحد؛ وصلت عدة أسطر",
        fr="« {question} » : une seule ligne est attendue ; reçu plusieurs",
        en='"{question}": expected a single line; got several',
    ),
    Sentence.ANSWER_IN_NUMBERS: _said(
        ar="«{question}»: المنتظر عدد مثل 12 أو 12.5؛ وصل شيء آخر",
        fr="« {question} » : un nombre est attendu, comme 12 ou 12.5 ; reçu autre chose",
        en='"{question}": expected a number such as 12 or 12.5; got something else',
    ),
    Sentence.ANSWER_IN_TIME: _said(
        ar="«{question}»: المنتظر تاريخ ووقت وفق ISO 8601 مثل 2026-03-01T12:00:00+01:00؛ وصل شيء آخر",
        fr="« {question} » : une date et une heure ISO 8601 sont attendues, comme "
        "2026-03-01T12:00:00+01:00 ; reçu autre chose",
        en='"{question}": expected a date and time by ISO 8601, such as '
        "2026-03-01T12:00:00+01:00; got something else",
    ),
    Sentence.ANSWER_BY_CHOICE: _said(
        ar="«{question}»: المنتظر أحد الاختيارات {choices}؛ وصل غيرها",
        fr="« {question} » : un des choix {choices} est attendu ; reçu autre chose",
        en='"{question}": expected one of {choices}; got something else',
    ),
    Sentence.ANSWERS_UNCHECKED: _said(
        ar="لم يخبر نظام الإدارة بما يسأل عنه؛ قد تطلب الإدارة معلومات أخرى",
        fr="le système de l'administration n'a pas dit ce qu'il demande ; elle pourra demander autre "
        "chose",
        en="the agency's system did not tell what it asks; it may ask for something more",
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
    Sentence.PURPOSE_REQUIRED: _said(
        ar="الغرض ضروري؛ لم يصل أي غرض",
        fr="la finalité est nécessaire ; il n'y en a pas",
        en="a purpose is required; got none",
    ),
    Sentence.CODE_TOLD_ONCE: _said(
        ar="سبق أن أعطي الرمز الجديد عند إنشائه؛ ينشأ رمز آخر بمفتاح تكرار آخر",
        fr="le nouveau code a été donné lors de sa création ; une autre clé d'idempotence en crée un"
        " autre",
        en="the new code was told when it was made; another idempotency key makes another one",
    ),
    Sentence.COMPLAINANT_SECRET: _said(
        ar="هوية المشتكي سرية في هذه الشكاية؛ يطلع عليها من يشرف عليها",
        fr="l'identité du plaignant est tenue secrète dans ce dossier ; un superviseur peut la voir",
        en="who complains is kept secret in this case; a supervisor of it may look",
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
    Sentence.OTHER_DESK: _said(
        ar="تقوم «{agency}» بهذا في نظامها الخاص «{source}»، وهو لا يستقبله من هنا",
        fr="« {agency} » fait cela dans son propre système « {source} », qui ne le reçoit pas d'ici",
        en='"{agency}" does this in its own system "{source}", which does not take it from here',
    ),
    Sentence.ON_ITS_WAY: _said(
        ar="الملف في طريقه إلى نظام الإدارة المعنية، ولم يُعرف بعد هل وصل؛ يُرجى إعادة المحاولة لاحقا",
        fr="le dossier est en route vers le système de l'administration, et on ne sait pas encore "
        "s'il y est arrivé : à refaire plus tard",
        en="the case is on its way to the agency's system, and it is not known yet whether it is "
        "there: try again later",
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
    Sentence.ORIGINAL_NOT_FOUND: _said(
        ar="لا توجد شكاية بهذا المرجع، أو لا يمكنكم الاطلاع عليها",
        fr="il n'y a pas de dossier de cette référence, ou aucun que vous puissiez voir",
        en="there is no case of this reference, or none that you can see",
    ),
    Sentence.ORIGINAL_ITSELF: _said(
        ar="لا تكون الشكاية مكررة لنفسها؛ المنتظر مرجع شكاية أخرى",
        fr="un dossier n'est pas son propre double ; attendu : la référence d'un autre",
        en="a case is no duplicate of itself; expected the reference of another one",
    ),
    Sentence.ORIGINAL_OVER: _said(
        ar="المنتظر شكاية سيجاب عنها؛ حالة تلك {status:status}",
        fr="attendu : un dossier qui aura une réponse ; celui-là est {status:status}",
        en="expected a case that will be answered; that one is {status:status}",
    ),
    Sentence.AGENCY_RESPONSIBLE: _said(
        ar="المنتظر إدارة أخرى؛ «{agency}» هي المكلفة بالشكاية",
        fr="attendu : une autre administration ; « {agency} » est déjà responsable du dossier",
        en='expected another agency; "{agency}" is responsible for the case',
    ),
    Sentence.AGENCY_TAKES_PART: _said(
        ar="المنتظر إدارة أخرى؛ «{agency}» تشارك في الشكاية",
        fr="attendu : une autre administration ; « {agency} » participe déjà au dossier",
        en='expected another agency; "{agency}" takes part in the case',
    ),
    Sentence.COURT_SEIZED: _said(
        ar="لا تحال على الوسيط قضية معروضة على القضاء",
        fr="une affaire portée devant un tribunal n'est pas transmise au Médiateur",
        en="a matter that is before a court is not handed over",
    ),
    Sentence.HANDED_OVER: _said(
        ar="سبقت إحالة الشكاية على الوسيط",
        fr="le dossier a déjà été transmis au Médiateur",
        en="the case was handed over before",
    ),
    Sentence.NO_ANSWER_YET: _said(
        ar="تحال الشكاية على الوسيط بعد الجواب عنها",
        fr="le dossier est transmis au Médiateur une fois qu'il a reçu une réponse",
        en="a case is handed over once it is answered",
    ),
    Sentence.ANSWER_NOT_DUE: _said(
        ar="تحال الشكاية على الوسيط بعد الجواب عنها، أو من دون جواب بعد {after}",
        fr="le dossier est transmis au Médiateur après la réponse, ou sans elle après le {after}",
        en="a case is handed over once it is answered, or without an answer after {after}",
    ),
    Sentence.DELIVERY_NOT_FOUND: _said(
        ar="لا يوجد هذا الإرسال، أو لا يمكنكم تأكيده",
        fr="il n'y a pas de tel envoi, ou aucun que vous puissiez confirmer",
        en="there is no such delivery, or none that you can confirm",
    ),
    Sentence.DELIVERY_NOT_AWAITED: _said(
        ar="لا ينتظر هذا الإرسال تأكيدًا من أحد: وصل، أو ما زالت محاولة إيصاله جارية",
        fr="cet envoi n'attend personne : il est arrivé, ou il est encore tenté",
        en="this delivery waits for nobody: it has arrived, or is still being tried",
    ),
    Sentence.SOURCE_ID_REQUIRED: _said(
        ar="المعرّف الذي يعرف به نظام الإدارة الشكاية ضروري؛ لم يصل أي معرّف",
        fr="l'identifiant du dossier dans le système de l'administration est nécessaire ; il n'y en a"
        " pas",
        en="the id by which the agency's system knows the case is required; got none",
    ),
    Sentence.SOURCE_ID_OF_FILINGS: _said(
        ar="لا يُعطى معرّف إلا عند إيداع شكاية في نظام الإدارة؛ هذا الإرسال ليس إيداعًا",
        fr="un identifiant ne va qu'avec un dépôt ; cet envoi n'en est pas un",
        en="an id goes with a filing only; this delivery is none",
    ),
    Sentence.SOURCE_ID_TAKEN: _said(
        ar="هذا المعرّف يقود هنا إلى شكاية أخرى",
        fr="cet identifiant mène ici à un autre dossier",
        en="this id leads to another case here",
    ),
    Sentence.FILE_EMPTY: _said(
        ar="الملف فارغ",
        fr="le fichier est vide",
        en="the file is empty",
    ),
    Sentence.FILE_KIND: _said(
        ar="المنتظر صورة (JPEG أو PNG أو WebP أو HEIC أو GIF)، أو ملف PDF، أو تسجيل صوتي أو مرئي؛ "
        "وصل نوع آخر",
        fr="attendu : une photo (JPEG, PNG, WebP, HEIC, GIF), un PDF, un enregistrement audio ou "
        "vidéo ; reçu un autre type de fichier",
        en="expected a photo (JPEG, PNG, WebP, HEIC, GIF), a PDF, or a recording, of sound or video; "
        "got another kind of file",
    ),
    Sentence.FILE_TOO_LARGE: _said(
        ar="الحد الأقصى لحجم الملف {most} ميغابايت؛ هذا الملف أكبر",
        fr="un fichier a au plus {most} Mo ; celui-ci en a davantage",
        en="a file has at most {most} MB; this one has more",
    ),
    Sentence.FILES_TOO_LARGE: _said(
        ar="الحد الأقصى لحجم الملفات مجتمعة {most} ميغابايت؛ وصل أكثر",
        fr="tous les fichiers ensemble ont au plus {most} Mo ; reçu davantage",
        en="all files together have at most {most} MB; got more",
    ),
    Sentence.TOO_MANY_FILES: _said(
        ar="الحد الأقصى: {most:files}؛ وصل أكثر",
        fr="au plus {most:files} ; reçu davantage",
        en="at most {most:files}; got more",
    ),
    Sentence.FILE_NOT_FOUND: _said(
        ar="أحد الملفات لم يعد محفوظًا أو سبق إرفاقه؛ يُرجى إرساله من جديد",
        fr="un des fichiers n'est plus gardé, ou il est déjà joint : à envoyer de nouveau",
        en="one of the files is not kept any more, or is attached already: send it again",
    ),
    Sentence.NO_ROOM: _said(
        ar="لا يمكن استقبال ملفات أخرى الآن؛ يُرجى إعادة المحاولة لاحقًا",
        fr="aucun autre fichier ne peut être reçu pour le moment : à refaire plus tard",
        en="no more files can be taken just now: try again later",
    ),
    Sentence.TOO_MANY_UPLOADS: _said(
        ar="وصلت ملفات كثيرة في وقت قصير؛ يُرجى إرسال هذا الملف من جديد بعد دقيقة",
        fr="trop de fichiers sont arrivés en peu de temps : celui-ci est à renvoyer dans une minute",
        en="too many files came within a short time: send this one again in a minute",
    ),
    Sentence.HEAR_RECORDING: _said(
        ar="الشكاية في التسجيل المرفق.",
        fr="La réclamation est dans l'enregistrement joint.",
        en="The complaint is in the attached recording.",
    ),
    Sentence.SEE_FILES: _said(
        ar="أُرسلت الملفات المرفقة دون نص.",
        fr="Les fichiers joints sont envoyés sans texte.",
        en="The attached files were sent without words.",
    ),
}
"""What is said: for each sentence a text in each language, all with the same parameters."""
