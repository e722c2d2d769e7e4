"""Know a few towns of every region, roughly where they lie, and districts that exist nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from connectors.contract.records import Agency, AgencyClass
from connectors.contract.text import fold
from gateway.demonstration.wording import Words


@dataclass(frozen=True, slots=True)
class Place:
    """A town as the seat of its province or prefecture."""

    region: str
    """ISO 3166-2:MA code of the region."""
    area_code: str
    """ISO 3166-2:MA code of the province or prefecture."""
    ar: str
    fr: str
    latitude: float
    """Of the middle of the town, to about a kilometre."""
    longitude: float


PLACES: Final = (
    Place("MA-01", "MA-TNG", "طنجة", "Tanger", 35.77, -5.81),
    Place("MA-01", "MA-TET", "تطوان", "Tétouan", 35.57, -5.37),
    Place("MA-02", "MA-OUJ", "وجدة", "Oujda", 34.68, -1.91),
    Place("MA-02", "MA-BER", "بركان", "Berkane", 34.92, -2.32),
    Place("MA-03", "MA-FES", "فاس", "Fès", 34.03, -5.00),
    Place("MA-03", "MA-MEK", "مكناس", "Meknès", 33.89, -5.55),
    Place("MA-04", "MA-RAB", "الرباط", "Rabat", 34.00, -6.84),
    Place("MA-04", "MA-SAL", "سلا", "Salé", 34.04, -6.80),
    Place("MA-04", "MA-KEN", "القنيطرة", "Kénitra", 34.26, -6.58),
    Place("MA-05", "MA-BEM", "بني ملال", "Béni Mellal", 32.34, -6.36),
    Place("MA-05", "MA-KHO", "خريبكة", "Khouribga", 32.88, -6.91),
    Place("MA-06", "MA-CAS", "الدار البيضاء", "Casablanca", 33.57, -7.59),
    Place("MA-06", "MA-MOH", "المحمدية", "Mohammadia", 33.68, -7.38),
    Place("MA-06", "MA-SET", "سطات", "Settat", 33.00, -7.62),
    Place("MA-07", "MA-MAR", "مراكش", "Marrakech", 31.63, -8.01),
    Place("MA-07", "MA-SAF", "آسفي", "Safi", 32.29, -9.22),
    Place("MA-08", "MA-ERR", "الرشيدية", "Errachidia", 31.93, -4.43),
    Place("MA-08", "MA-OUA", "ورزازات", "Ouarzazate", 30.92, -6.90),
    Place("MA-09", "MA-AGD", "أكادير", "Agadir", 30.42, -9.58),
    Place("MA-09", "MA-TIZ", "تيزنيت", "Tiznit", 29.70, -9.73),
    Place("MA-10", "MA-GUE", "كلميم", "Guelmim", 28.99, -10.06),
    Place("MA-11", "MA-LAA", "العيون", "Laâyoune", 27.15, -13.20),
    Place("MA-12", "MA-OUD", "الداخلة", "Dakhla", 23.70, -15.93),
)

DISTRICTS: Final = (
    Words("حي الزيتونة", "quartier Zitouna"),
    Words("حي النخلة", "quartier Nakhla"),
    Words("حي الأمل", "quartier Al Amal"),
    Words("حي الورود", "quartier Al Wouroud"),
    Words("حي المنارة", "quartier Al Manara"),
    Words("حي الواحة", "quartier Al Waha"),
    Words("حي البساتين", "quartier Al Bassatine"),
    Words("حي الربيع", "quartier Ar-Rabie"),
)
"""Such names are found in most towns and point to none."""


def places_of(agency: Agency, parent: Agency | None) -> Sequence[Place]:
    """Where cases of `agency` come from: a local one's own town or region, else anywhere.

    An arrondissement lies in the town of its commune.
    """
    if agency.agency_class is not AgencyClass.COLLECTIVITE:
        return PLACES
    names = " ".join(each.name.fr or "" for each in (agency, parent) if each)
    name = f" {fold(names)} "
    near = [place for place in PLACES if place.region == agency.region]
    return [place for place in near if f" {fold(place.fr)} " in name] or near or PLACES
