"""Know what is counted in sentences, in every form that a number can ask for."""

from collections.abc import Mapping
from typing import Final

from resolvers.wording.languages import Language, Plural

P = Plural

NOUNS: Final[Mapping[str, Mapping[Language, Mapping[Plural, str]]]] = {
    "characters": {
        Language.AR: {
            P.ZERO: "{} حرف",
            P.ONE: "حرف واحد",
            P.TWO: "حرفان",
            P.FEW: "{} أحرف",
            P.MANY: "{} حرفًا",
            P.OTHER: "{} حرف",
        },
        Language.FR: {
            P.ONE: "{} caractère",
            P.MANY: "{} de caractères",
            P.OTHER: "{} caractères",
        },
        Language.EN: {P.ONE: "{} character", P.OTHER: "{} characters"},
    },
    "answers": {
        Language.AR: {
            P.ZERO: "{} جواب",
            P.ONE: "جواب واحد",
            P.TWO: "جوابان",
            P.FEW: "{} أجوبة",
            P.MANY: "{} جوابًا",
            P.OTHER: "{} جواب",
        },
        Language.FR: {P.ONE: "{} réponse", P.MANY: "{} de réponses", P.OTHER: "{} réponses"},
        Language.EN: {P.ONE: "{} answer", P.OTHER: "{} answers"},
    },
    "questions": {
        Language.AR: {
            P.ZERO: "{} سؤال",
            P.ONE: "سؤال واحد",
            P.TWO: "سؤالان",
            P.FEW: "{} أسئلة",
            P.MANY: "{} سؤالًا",
            P.OTHER: "{} سؤال",
        },
        Language.FR: {P.ONE: "{} question", P.MANY: "{} de questions", P.OTHER: "{} questions"},
        Language.EN: {P.ONE: "{} question", P.OTHER: "{} questions"},
    },
    "files": {
        Language.AR: {
            P.ZERO: "{} ملف",
            P.ONE: "ملف واحد",
            P.TWO: "ملفان",
            P.FEW: "{} ملفات",
            P.MANY: "{} ملفًا",
            P.OTHER: "{} ملف",
        },
        Language.FR: {P.ONE: "{} fichier", P.MANY: "{} de fichiers", P.OTHER: "{} fichiers"},
        Language.EN: {P.ONE: "{} file", P.OTHER: "{} files"},
    },
    "values": {
        Language.AR: {
            P.ZERO: "{} قيمة",
            P.ONE: "قيمة واحدة",
            P.TWO: "قيمتان",
            P.FEW: "{} قيم",
            P.MANY: "{} قيمةً",
            P.OTHER: "{} قيمة",
        },
        Language.FR: {P.ONE: "{} valeur", P.MANY: "{} de valeurs", P.OTHER: "{} valeurs"},
        Language.EN: {P.ONE: "{} value", P.OTHER: "{} values"},
    },
}
"""What follows a number; the number stands where the braces are."""
