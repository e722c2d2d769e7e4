"""Know what people in Morocco write about, in Arabic and in French, as parts of sentences.

All of it is invented, and it names nobody.
"""

from dataclasses import dataclass
from typing import Final, Literal

from connectors.contract.lifecycle import Status
from connectors.contract.records import LocalizedText, Outcome, Service
from connectors.contract.text import fold

Language = Literal["ar", "fr"]


@dataclass(frozen=True, slots=True)
class Words:
    """The same said in both languages."""

    ar: str
    fr: str

    def said(self, language: Language) -> str:
        """In that language."""
        return self.ar if language == "ar" else self.fr


@dataclass(frozen=True, slots=True)
class Theme:
    """What people complain about when a service has to do with one matter."""

    signs: tuple[str, ...]
    """Folded beginnings of words that show the matter in a service's name or keywords."""
    troubles: tuple[Words, ...]
    """As noun phrases, fit for a title."""


GENERAL: Final = Theme(
    (),
    (
        Words("تأخر في معالجة الطلب", "Retard dans le traitement de la demande"),
        Words("عدم التوصل بأي جواب", "Absence de réponse"),
        Words("طول الانتظار في الشباك", "Attente trop longue au guichet"),
        Words("مطالبة متكررة بنفس الوثائق", "Mêmes pièces demandées plusieurs fois"),
        Words("خدمة إلكترونية معطلة", "Service en ligne hors d'usage"),
    ),
)

THEMES: Final = (
    Theme(
        ("assainissement", "egout"),
        (
            Words("فيضان بالوعة الصرف الصحي", "Débordement d'une bouche d'égout"),
            Words("روائح كريهة من المجاري", "Mauvaises odeurs des égouts"),
            Words("بالوعة بدون غطاء", "Regard d'égout sans couvercle"),
        ),
    ),
    Theme(
        ("factur", "compteur"),
        (
            Words("مبلغ فاتورة غير صحيح", "Montant de facture inexact"),
            Words("أداء لم يسجل", "Paiement non enregistré"),
            Words("عداد لا تتم قراءته", "Compteur qui n'est pas relevé"),
        ),
    ),
    Theme(
        ("eau", "fuite"),
        (
            Words("انقطاع متكرر للماء", "Coupures d'eau répétées"),
            Words("تسرب للماء في الزنقة", "Fuite d'eau dans la rue"),
            Words("ضعف صبيب الماء", "Pression d'eau trop faible"),
        ),
    ),
    Theme(
        ("eclairage", "electri", "lampadaire"),
        (
            Words("أعمدة إنارة منطفئة", "Lampadaires éteints"),
            Words("انقطاع متكرر للكهرباء", "Coupures de courant répétées"),
            Words("أسلاك كهربائية مكشوفة", "Câbles électriques à nu"),
        ),
    ),
    Theme(
        ("dechet", "propre", "ordure", "nettoi", "hygiene"),
        (
            Words("تراكم النفايات", "Accumulation de déchets"),
            Words("عدم مرور شاحنة جمع النفايات", "Camion de collecte qui ne passe plus"),
            Words("حاوية أزبال مكسورة", "Conteneur à ordures cassé"),
        ),
    ),
    Theme(
        ("courrier", "colis"),
        (
            Words("طرد لم يصل", "Colis jamais arrivé"),
            Words("رسالة مضمونة ضائعة", "Recommandé perdu"),
            Words("تأخر في التوزيع", "Retard de distribution"),
        ),
    ),
    Theme(
        ("marchandise", "licence"),
        (
            Words("تأخر في تسليم الرخصة", "Retard dans la remise de la licence"),
            Words("رفض تجديد الرخصة دون تعليل", "Renouvellement de licence refusé sans motif"),
        ),
    ),
    Theme(
        ("voirie", "route", "chaussee", "trottoir", "circulation"),
        (
            Words("حفر في الطريق", "Nids-de-poule sur la chaussée"),
            Words("احتلال الرصيف", "Trottoir occupé"),
            Words("إشارة ضوئية معطلة", "Feu de circulation en panne"),
        ),
    ),
    Theme(
        ("transport", "bus", "train", "gare", "autocar", "vol"),
        (
            Words("تأخر متكرر في مواعيد النقل", "Retards répétés des transports"),
            Words("اكتظاظ في وسائل النقل", "Transports bondés"),
            Words("إلغاء رحلة دون إشعار", "Départ supprimé sans avis"),
        ),
    ),
    Theme(
        ("pension", "retraite"),
        (
            Words("تأخر صرف المعاش", "Retard de versement de la pension"),
            Words("مبلغ المعاش غير صحيح", "Montant de pension inexact"),
            Words("انقطاع صرف المعاش", "Pension interrompue"),
        ),
    ),
    Theme(
        ("rembours",),
        (
            Words("تأخر في التعويض", "Retard de remboursement"),
            Words("رفض التعويض دون تعليل", "Remboursement refusé sans motif"),
        ),
    ),
    Theme(
        ("impot", "taxe", "amende", "peage"),
        (
            Words("مبلغ غير صحيح", "Montant inexact"),
            Words("أداء لم يسجل", "Paiement non enregistré"),
            Words("احتساب مزدوج", "Somme comptée deux fois"),
        ),
    ),
    Theme(
        ("bourse",),
        (
            Words("تأخر صرف المنحة", "Retard de versement de la bourse"),
            Words("رفض طلب المنحة دون تعليل", "Bourse refusée sans motif"),
        ),
    ),
    Theme(
        ("chambre",),
        (
            Words("غرفة في حالة سيئة", "Chambre en mauvais état"),
            Words("رفض طلب السكن دون تعليل", "Logement refusé sans motif"),
        ),
    ),
    Theme(
        ("restaurant",),
        (
            Words("طابور طويل أمام المطعم", "File trop longue au restaurant"),
            Words("جودة الوجبات غير مقبولة", "Qualité des repas insuffisante"),
        ),
    ),
    Theme(
        ("inscription",),
        (
            Words("تعذر التسجيل عبر المنصة", "Inscription impossible sur la plateforme"),
            Words("رفض التسجيل دون تعليل", "Inscription refusée sans motif"),
        ),
    ),
    Theme(
        ("ecole", "scolaire", "prescolaire", "enseignant", "classe"),
        (
            Words("اكتظاظ في الأقسام", "Classes surchargées"),
            Words("غياب متكرر للأساتذة", "Absences répétées d'enseignants"),
            Words("حجرات دراسية متدهورة", "Salles de classe dégradées"),
        ),
    ),
    Theme(
        ("sante", "hopita", "hopitaux", "soin", "medic", "maladie", "urgence"),
        (
            Words("موعد طبي بعيد جدا", "Rendez-vous médical trop lointain"),
            Words("نقص في الأدوية بالمركز", "Manque de médicaments au centre"),
            Words("جهاز فحص معطل", "Appareil d'examen en panne"),
        ),
    ),
    Theme(
        (
            "etat civil",
            "certificat",
            "attestation",
            "permis",
            "carte",
            "autorisation",
            "titre",
            "diplome",
            "passeport",
        ),
        (
            Words("تأخر في تسليم الوثيقة", "Retard dans la remise du document"),
            Words("خطأ في بيانات الوثيقة", "Erreur dans les mentions du document"),
            Words("رفض الملف دون تعليل", "Dossier refusé sans motif"),
        ),
    ),
    Theme(
        ("cotis", "allocation", "salaire", "subvention"),
        (
            Words("تأخر في الأداء", "Retard de paiement"),
            Words("مبلغ غير مطابق للتصريح", "Montant différent de la déclaration"),
            Words("رفض الطلب دون تعليل", "Demande refusée sans motif"),
        ),
    ),
)
"""The first whose sign is found counts: the particular ones stand before the general ones."""

REMARKS: Final = (
    Words("ملاحظة حول ساعات الاستقبال", "Remarque sur les heures d'accueil"),
    Words("ملاحظة حول وضوح المعلومات بالموقع", "Remarque sur la clarté du site"),
    Words("شكر على حسن الاستقبال", "Remerciements pour l'accueil"),
)

SUGGESTIONS: Final = (
    Words("اقتراح حجز المواعيد عن بعد", "Proposition de rendez-vous en ligne"),
    Words("اقتراح تقليص عدد الوثائق المطلوبة", "Proposition de réduire les pièces demandées"),
    Words("اقتراح إشعار المرتفقين برسالة قصيرة", "Proposition d'aviser les usagers par SMS"),
)

SPANS: Final = (
    Words("منذ أسبوع", "depuis une semaine"),
    Words("منذ ثلاثة أسابيع", "depuis trois semaines"),
    Words("منذ شهرين", "depuis deux mois"),
    Words("منذ بداية السنة", "depuis le début de l'année"),
    Words("منذ عدة أيام", "depuis plusieurs jours"),
)

TRIED: Final = (
    Words("اتصلت مرتين دون نتيجة.", "J'ai appelé deux fois, sans résultat."),
    Words("سبق أن وضعت طلبا بالمكتب.", "J'ai déjà déposé une demande au bureau."),
    Words("لم أتوصل بأي توضيح.", "Aucune explication ne m'a été donnée."),
    Words("الجيران يعانون من نفس المشكل.", "Les voisins ont le même problème."),
)

WISHES: Final = (
    Words("أرجو التدخل في أقرب وقت.", "Je demande une intervention rapide."),
    Words("أطلب جوابا معللا.", "Je demande une réponse motivée."),
    Words("أرجو إخباري بالأجل المتوقع.", "Merci de m'indiquer le délai prévu."),
)

SAID: Final = {
    Status.ACKNOWLEDGED: Words("تم تسجيل طلبكم.", "Votre demande est enregistrée."),
    Status.IN_PROGRESS: Words("أحيل على المصلحة للمعاينة.", "Transmis au service pour constat."),
    Status.AWAITING_COMPLAINANT: Words(
        "المرجو موافاتنا بتاريخ آخر مراسلة.", "Merci de préciser la date de votre dernier courrier."
    ),
    Status.AWAITING_THIRD_PARTY: Words(
        "في انتظار رأي المقاولة المكلفة.", "En attente de l'avis de l'entreprise chargée."
    ),
    Status.REOPENED: Words("المشكل ما زال قائما.", "Le problème persiste."),
}
"""What is said in a case when it comes to a status."""

REASONS: Final = {
    Outcome.UPHELD: Words(
        "ثبت المشكل بعد المعاينة وتمت معالجته.", "Le problème a été constaté, puis réglé."
    ),
    Outcome.PARTLY_UPHELD: Words(
        "عولج جزء من الطلب، والباقي مبرمج.", "Une partie est réglée, le reste est programmé."
    ),
    Outcome.NOT_UPHELD: Words(
        "تبين أن الأجل القانوني قد احترم.", "Il ressort du dossier que le délai a été respecté."
    ),
    Outcome.INFORMATION_GIVEN: Words(
        "تجدون المسطرة ولائحة الوثائق بالموقع.",
        "La procédure et la liste des pièces sont sur le site.",
    ),
    Outcome.REDIRECTED: Words(
        "الموضوع من اختصاص إدارة أخرى.", "L'affaire relève d'une autre administration."
    ),
    Outcome.NO_ACTION_POSSIBLE: Words(
        "المعلومات المقدمة لا تسمح بالدراسة.", "Les éléments fournis ne permettent pas l'examen."
    ),
}
"""Why a case was answered as it was."""


def troubles_with(words: str) -> tuple[Words, ...]:
    """What people complain about when `words` name and describe a service, in French."""
    folded = f" {fold(words)}"
    for theme in THEMES:
        if any(f" {sign}" in folded for sign in theme.signs):
            return theme.troubles
    return GENERAL.troubles


def troubles_of(service: Service | None) -> tuple[Words, ...]:
    """What people complain about to whoever offers `service`; None is any of them."""
    named = (service.name.fr, service.group, *service.keywords) if service else ()
    return troubles_with(" ".join(word for word in named if word))


def named(name: LocalizedText, language: Language) -> str | None:
    """A name in that language, or else in the other."""
    return (name.ar or name.fr) if language == "ar" else (name.fr or name.ar)
