"""What people might write, and who is competent: own sentences, labelled before anything ran.

Half of them were looked at while keywords were chosen; the other half never was, so that its rate
is the one to expect.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Sample:
    """A text, its language, where it happened, and the services of which any is right."""

    language: str
    text: str
    right: frozenset[str]
    place: str | None = None


def _samples(lines: str) -> tuple[Sample, ...]:
    cut = [[part.strip() for part in line.split("|")] for line in lines.strip().splitlines()]
    return tuple(
        Sample(language, text, frozenset(right.split()), place or None)
        for language, text, place, right in cut
    )


SEEN: Final = _samples("""
fr | Le lampadaire devant ma maison est éteint depuis deux mois | MA-AGD | commune-agadir:street-lighting
fr | Les poubelles débordent et personne ne ramasse les ordures | Casablanca | commune-casablanca:waste
fr | Nid-de-poule énorme à l'entrée du quartier, j'ai crevé un pneu à Fès | | commune-fes:streets equipment-water:roads
fr | Ma facture d'électricité a triplé sans raison, le compteur n'est jamais relevé | | onee:billing
fr | Coupure d'eau tous les après-midi sans préavis | | onee:drinking-water
fr | Mon remboursement de soins par la CNSS n'est pas arrivé | | cnss:medical-refunds
fr | Le train de 7h30 est en retard tous les matins | | oncf:punctuality
fr | Je n'ai toujours pas reçu ma carte grise | | narsa:vehicle-registration
fr | Le colis envoyé par Amana est perdu | | barid-al-maghrib:parcels
fr | On refuse de me donner un certificat de résidence | | interior:residence-certificate
fr | L'hôpital n'avait ni médecin ni lit pour mon père | | health:hospitals health:emergencies
fr | Mon badge Jawaz ne passe plus au péage | | adm:tolls
ar | أزبال متراكمة في الحي والحاوية ممتلئة | مراكش | commune-marrakech:waste
ar | انقطاع التيار الكهربائي كل ليلة في دوارنا | | onee:electricity
ar | لم أتوصل بالتعويضات العائلية منذ أربعة أشهر | | cnss:family-allowances
ar | تأخرت معادلة شهادتي الأجنبية أكثر من سنة | | higher-education:degree-equivalence
ar | المستعجلات بدون طبيب ليلا | | health:emergencies
ar | لم أتوصل بمنحتي الجامعية هذا الموسم | | onousc:scholarships
ar | شطط في استعمال السلطة من طرف القائد | | interior:local-authorities
ar | تعطل مصباح العمود الكهربائي في زنقتنا بأكادير | | commune-agadir:street-lighting
ar | رفضوا تسجيل ابني في المدرسة العمومية | | education:school-enrolment
ar | تأخير في تسليم شهادة الملكية من المحافظة العقارية | | ancfcc:property-certificate
ar | معاش أرملة متقاعد لم يصرف | | cmr:survivors
ar | غرامة رادار في طريق لم أمر بها | | narsa:fixed-radars
ar | كلاب ضالة تهاجم الأطفال قرب الدار البيضاء | | commune-casablanca:hygiene
ary | الما مقطوع علينا هادي ثلت أيام | | onee:drinking-water
ary | البولة ديال الزنقة طافية شهر هادا | فاس | commune-fes:street-lighting
ary | فاتورة الضو طالعة بزاف هاد الشهر | | onee:billing
ary | مابغاوش يعطيوني عقد الازدياد فالمقاطعة ديال جليز | | arrondissement-gueliz:civil-registry
ary | الطوبيس ماكيجيش فالوقت | الدار البيضاء | commune-casablanca:public-transport
ary-Latn | zbel kayn f zan9a o ta wa7d ma kayjm3o | casa | commune-casablanca:waste
ary-Latn | do mab9ach kaych3el f derb, lbola mharsa | MA-TNG | commune-tanger:street-lighting
ary-Latn | lma mqto3 3lina hadi simana | | onee:drinking-water
ary-Latn | fatoura dyal do tal3a bzaf | | onee:billing
ary-Latn | ma9bedch lmin7a dyal ljami3a | | onousc:scholarships
ary-Latn | 7ofra kbira f trig | fes | commune-fes:streets equipment-water:roads
""")

UNSEEN: Final = _samples("""
fr | Trottoir occupé par les terrasses des cafés, impossible de passer avec une poussette | Marrakech | commune-marrakech:public-space commune-marrakech:streets
fr | Éclairage public en panne sur toute l'avenue à Tanger | | commune-tanger:street-lighting
fr | Les égouts débordent dans la rue et l'odeur est insupportable | | onee:sanitation
fr | Ma demande de raccordement au réseau électrique attend depuis un an | | onee:connections onee:electricity
fr | Ma pension de retraite de fonctionnaire n'a pas été versée ce mois | | cmr:pensions
fr | Mon employeur ne déclare pas mes salaires | | cnss:declared-wages employment:labour-inspection
fr | Impossible d'obtenir un rendez-vous au consulat | | foreign-affairs:consular-appointments
fr | Il n'y a pas de professeur de mathématiques depuis la rentrée | | education:teaching-staff
fr | Le permis de construire est bloqué par la commune sans réponse | MA-FES | commune-fes:building-permits
fr | Rupture de stock d'un médicament pour diabétiques | | health:medicines
fr | J'ai demandé un extrait de casier judiciaire et le site ne répond pas | | justice:criminal-record
fr | Le facteur ne distribue plus le courrier dans notre village | | barid-al-maghrib:letters
fr | La piste qui mène au douar est coupée depuis les pluies | | equipment-water:rural-roads
fr | Voiture mise en fourrière, sabot abusif sur le parking | Tanger | commune-tanger:parking
ar | رصيف مكسر وحفر كثيرة في الشارع | طنجة | commune-tanger:streets
ar | تأخر القطار ساعتين دون أي إخبار | | oncf:punctuality
ar | ضعف صبيب الماء الصالح للشرب | | onee:drinking-water
ar | طلب تعويض عن ملف المرض لم يعالج | | cnss:medical-refunds
ar | لم تصلني رسالة مضمونة من ساعي البريد | | barid-al-maghrib:letters
ar | أريد تجديد جواز السفر في القنصلية ولا جواب | | foreign-affairs:consular-documents foreign-affairs:consular-appointments
ar | مشغلي طردني دون تعويض ومفتش الشغل لم يتدخل | | employment:labour-inspection
ar | حديقة الحي مهملة والأشجار يابسة | أكادير | commune-agadir:parks
ar | مؤشر السجل الاجتماعي ارتفع بدون سبب وفقدنا الدعم | | interior:social-register
ar | فرض ضريبة على الدخل خاطئة ولم أسترجع المبلغ | | finance:income-tax
ar | مطلب تحفيظ أرضنا عالق بسبب تعرض | | ancfcc:land-registration
ar | النقل الحضري بفاس سيئ والحافلات قليلة | | commune-fes:city-buses
ary | الواد الحار فايض قدام الدار | | onee:sanitation
ary | السبيطار مافيه لا طبيب لا دوا | | health:hospitals health:medicines
ary | ماعطاونيش لابيرمي واخا نجحت فالامتحان | | narsa:driving-licence
ary-Latn | tobis mab9ach kayji l 7ay dyalna | casa | commune-casablanca:public-transport
ary-Latn | la carte grise mazal ma wslatni | | narsa:vehicle-registration
ary-Latn | sbitar ma fih la tbib la dwa | | health:hospitals health:medicines
ary-Latn | l3dad dyal lma kay7seb bzaf | | onee:billing
ary-Latn | wad l7ar kayfid f derb | | onee:sanitation
ary-Latn | tran t3ettel 2 swaye3 | | oncf:punctuality
""")

OFF_TOPIC: Final = (
    "Bonjour, merci beaucoup pour tout",
    "السلام عليكم ورحمة الله",
    "salam khouya labas",
    "xyz qwerty 12345",
    "",
)
"""Texts of which nobody could tell who is competent."""

HINTING: Final = tuple(
    (code.strip(), text.strip())
    for code, text in (
        line.split("|")
        for line in """
BEFORE_A_COURT | Mon affaire est devant le tribunal administratif depuis janvier
BEFORE_A_COURT | رفعت دعوى ضد الجماعة ولم يصدر أي شيء بعد
BEFORE_A_COURT | القضية معروضة على القضاء
BEFORE_A_COURT | 3andi 9adiya f lma7kama 3la had l ard
JUDGED | Le tribunal a rendu un jugement définitif que je conteste
JUDGED | صدر حكم نهائي ضدي وأريد مراجعته
JUDICIAL_POLICE | La gendarmerie a dressé un procès-verbal et l'a envoyé au procureur
JUDICIAL_POLICE | حررت الشرطة القضائية محضرا وأحيل على وكيل الملك
ANOTHER_BODY | Mon voisin a construit un mur sur mon terrain
ANOTHER_BODY | جاري يزعجنا بالضجيج كل ليلة
ANOTHER_BODY | jari dayr sda3 kol lila
NATIONAL_DEFENCE | Je n'ai pas été appelé au service militaire
NATIONAL_DEFENCE | مشكل في ملف التجنيد بالقوات المسلحة الملكية
INFORMATION_REQUEST | Je demande l'accès à l'information sur le budget de la commune
INFORMATION_REQUEST | أطلب الحصول على المعلومات المتعلقة بالصفقات
CORRUPTION | L'agent m'a demandé de l'argent pour signer le certificat
CORRUPTION | طلب مني الموظف رشوة مقابل الرخصة
CORRUPTION | bgha lmowadaf l9ahwa bach y3tini lwar9a
CORRUPTION | Un cas flagrant de corruption dans cette administration
JUDGED | L'affaire a été tranchée par la justice et j'ai perdu
""".strip().splitlines()
    )
)
"""Texts with the excluded matter that they are about; the last was written to be missed."""

NOT_HINTING: Final = (
    "Mes voisins et moi n'avons plus d'eau depuis trois jours",
    "طلبي جاري معالجته منذ شهرين",
    "Le virement n'est jamais arrivé sur mon compte en banque",
    "Le café d'à côté fait du bruit toute la nuit",
    "J'ai perdu de l'argent à cause de ce retard de train",
    "La caserne des pompiers est trop loin du village",
    "Je suis propriétaire du terrain et le titre foncier tarde",
    "قرب المحكمة توجد حفرة كبيرة في الطريق",
)
"""Texts with a word of some hint that are about no such matter."""
