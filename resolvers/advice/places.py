"""Know the regions, provinces and prefectures by code and by name.

Codes are those of ISO 3166-2:MA; each name is one by which people call the place or its seat.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_REGIONS: Final = """
MA-01 Tanger Tétouan Al Hoceïma, Tangier Tetouan Al Hoceima, طنجة تطوان الحسيمة
MA-02 L'Oriental, Région de l'Oriental, جهة الشرق
MA-03 Fès Meknès, Fez Meknes, فاس مكناس
MA-04 Rabat Salé Kénitra, الرباط سلا القنيطرة
MA-05 Béni Mellal Khénifra, بني ملال خنيفرة
MA-06 Casablanca Settat, الدار البيضاء سطات
MA-07 Marrakech Safi, مراكش آسفي
MA-08 Drâa Tafilalet, درعة تافيلالت
MA-09 Souss Massa, سوس ماسة
MA-10 Guelmim Oued Noun, كلميم واد نون
MA-11 Laâyoune Sakia El Hamra, العيون الساقية الحمراء
MA-12 Dakhla Oued Ed Dahab, الداخلة وادي الذهب
"""

_PROVINCES: Final = """
MA-AGD MA-09 Agadir, Agadir Ida Ou Tanane, أكادير, أكادير إداوتنان
MA-AOU MA-12 Aousserd, أوسرد
MA-ASZ MA-10 Assa Zag, آسا الزاك
MA-AZI MA-05 Azilal, أزيلال
MA-BEM MA-05 Béni Mellal, بني ملال
MA-BER MA-02 Berkane, بركان
MA-BES MA-06 Benslimane, بنسليمان
MA-BOD MA-11 Boujdour, بوجدور
MA-BOM MA-03 Boulemane, بولمان
MA-BRR MA-06 Berrechid, برشيد
MA-CAS MA-06 Casablanca, Casa, الدار البيضاء, كازا
MA-CHE MA-01 Chefchaouen, شفشاون
MA-CHI MA-07 Chichaoua, شيشاوة
MA-CHT MA-09 Chtouka Aït Baha, اشتوكة أيت باها
MA-DRI MA-02 Driouch, الدريوش
MA-ERR MA-08 Errachidia, الرشيدية
MA-ESI MA-07 Essaouira, الصويرة
MA-ESM MA-11 Es Semara, Smara, السمارة
MA-FAH MA-01 Fahs Anjra, الفحص أنجرة
MA-FES MA-03 Fès, Fez, فاس
MA-FIG MA-02 Figuig, فجيج, فكيك
MA-FQH MA-05 Fquih Ben Salah, الفقيه بن صالح
MA-GUE MA-10 Guelmim, كلميم
MA-GUF MA-02 Guercif, جرسيف, كرسيف
MA-HAJ MA-03 El Hajeb, الحاجب
MA-HAO MA-07 Al Haouz, الحوز
MA-HOC MA-01 Al Hoceïma, الحسيمة
MA-IFR MA-03 Ifrane, إفران
MA-INE MA-09 Inezgane, Aït Melloul, إنزكان, أيت ملول
MA-JDI MA-06 El Jadida, الجديدة
MA-JRA MA-02 Jerada, جرادة
MA-KEN MA-04 Kénitra, القنيطرة
MA-KES MA-07 El Kelâa des Sraghna, Kelaat Sraghna, قلعة السراغنة
MA-KHE MA-04 Khémisset, الخميسات
MA-KHN MA-05 Khénifra, خنيفرة
MA-KHO MA-05 Khouribga, خريبكة
MA-LAA MA-11 Laâyoune, العيون
MA-LAR MA-01 Larache, العرائش
MA-MAR MA-07 Marrakech, Marrakesh, مراكش
MA-MDF MA-01 M'diq, Fnideq, المضيق, الفنيدق
MA-MED MA-06 Médiouna, مديونة
MA-MEK MA-03 Meknès, مكناس
MA-MID MA-08 Midelt, ميدلت
MA-MOH MA-06 Mohammedia, Mohammadia, المحمدية
MA-MOU MA-03 Moulay Yacoub, مولاي يعقوب
MA-NAD MA-02 Nador, الناظور
MA-NOU MA-06 Nouaceur, النواصر
MA-OUA MA-08 Ouarzazate, ورزازات
MA-OUD MA-12 Oued Ed Dahab, Dakhla, وادي الذهب, الداخلة
MA-OUJ MA-02 Oujda, Oujda Angad, وجدة, وجدة أنكاد
MA-OUZ MA-01 Ouezzane, وزان
MA-RAB MA-04 Rabat, الرباط
MA-REH MA-07 Rehamna, Benguerir, الرحامنة, ابن جرير
MA-SAF MA-07 Safi, آسفي
MA-SAL MA-04 Salé, سلا
MA-SEF MA-03 Sefrou, صفرو
MA-SET MA-06 Settat, سطات
MA-SIB MA-06 Sidi Bennour, سيدي بنور
MA-SIF MA-10 Sidi Ifni, سيدي إفني
MA-SIK MA-04 Sidi Kacem, سيدي قاسم
MA-SIL MA-04 Sidi Slimane, سيدي سليمان
MA-SKH MA-04 Skhirate, Témara, الصخيرات, تمارة
MA-TAF MA-11 Tarfaya, طرفاية
MA-TAI MA-02 Taourirt, تاوريرت
MA-TAO MA-03 Taounate, تاونات
MA-TAR MA-09 Taroudannt, Taroudant, تارودانت
MA-TAT MA-09 Tata, طاطا
MA-TAZ MA-03 Taza, تازة
MA-TET MA-01 Tétouan, تطوان
MA-TIN MA-08 Tinghir, تنغير
MA-TIZ MA-09 Tiznit, تيزنيت
MA-TNG MA-01 Tanger, Tangier, Tanja, Assilah, طنجة, أصيلة
MA-TNT MA-10 Tan Tan, طانطان
MA-YUS MA-07 Youssoufia, اليوسفية
MA-ZAG MA-08 Zagora, زاكورة
"""

ALSO_COMMON_WORDS: Final = (
    *("Salé", "Safi", "Jadida", "El Jadida", "Tata"),
    *("آسفي", "الجديدة", "العيون", "الداخلة", "مديونة", "الحاجب", "المضيق"),
)
"""Names that in a text mean something else more often: "sale" is dirty, "safi" is enough."""


@dataclass(frozen=True, slots=True)
class Area:
    """A region, or a province or prefecture of one."""

    code: str
    region: str
    names: tuple[str, ...]


def _areas() -> Mapping[str, Area]:
    regions = (line.split(maxsplit=1) for line in _REGIONS.strip().splitlines())
    provinces = (line.split(maxsplit=2) for line in _PROVINCES.strip().splitlines())
    lines = [(code, code, names) for code, names in regions]
    lines += [(code, region, names) for code, region, names in provinces]
    return {code: Area(code, region, tuple(names.split(", "))) for code, region, names in lines}


AREAS: Final = _areas()
"""By code."""
