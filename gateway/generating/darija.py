"""Know how people write Moroccan Arabic in Latin letters, with digits for what those lack.

All of it is invented, and it names nobody.
"""

from typing import Final

TROUBLES: Final = (
    "makayn 7ta jawab",
    "t3etlat bezaf f lmilaf dyali",
    "ki talbouli nefs lwra9 kol merra",
    "lcompteur ma kaytqrach",
    "lfactoura ghalya o machi mdebta",
    "ma kaynch lma f d derb",
    "dow mat3 zan9a tafi",
    "zbel m jme3 7da dar",
    "7ofra kbira f tri9",
    "lwra9 fihom ghalat",
    "lkhlas ma tsejelch",
    "rdv b3id bezaf",
)
SPANS: Final = (
    "hadi simana",
    "hadi tlata dyal simanat",
    "hadi chahrayn",
    "men lowel dyal l3am",
    "chi yamat hadi",
)
TRIED: Final = (
    "3iyet jouj merrat o walo.",
    "7tit talab f lbiro.",
    "ma jawbouni ma walo.",
    "kol merra ki golo liya rje3 ghedda.",
)
WISHES: Final = (
    "3afakom chofo had lmochkil.",
    "bghit jawab wade7.",
    "golo liya 3lach w fou9ach.",
)
AID: Final = (
    "ma twsletch b da3m",
    "da3m dyal covid ma jach",
    "msg dyal da3m ma wselnich",
)
"""What was written when temporary aid did not come."""
