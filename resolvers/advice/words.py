"""Know which words of a text tell something, and when two words are one.

A text is folded as every search folds it; of each word an ending or two is taken off, so that
singular and plural, noun and verb come out alike. Arabic words lose their article, French and
English ones their usual endings, and darija in Latin letters has its digits read as letters.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from connectors.contract.text import fold

_SHORTEST: Final = 3
"""Letters that are left of a word when something is taken off."""
_REMEMBERED: Final = 50_000

_STOP: Final = frozenset(
    fold(
        # French and English: what binds, and what every complaint says.
        "au aux avec car ce ces cet cette comme dans de des du elle elles en encore est et eu il ils "
        "je la le les leur leurs lui ma mais me meme mes moi mon ne ni nos notre nous on ont ou par "
        "pas plus pour qu que qui quand sa sans se ses si son sont suis sur ta te tes toi ton tous "
        "tout toute toutes tres tu un une vos votre vous ai as avons avez etait ete etre faire fait "
        "avoir peut depuis apres avant aucun aucune jour jours mois semaine semaines annee ans fois "
        "demande reclamation plainte service services administration probleme merci bonjour monsieur "
        "madame svp toujours jamais rien bien deja toutefois lors chez vers entre sous cela ca deux "
        "trois quatre cinq urgent trop dont etes "
        "a an and are at be been but by for from had has have he her his i in is it its my no not of "
        "on or our she that the their them there they this to was we were what when which who will "
        "with you your after before since day days month months request complaint service "
        # Arabic.
        "من في على الى عن مع هذا هذه ذلك تلك التي الذي الذين ان انه انها لم لن لا ما قد كان كانت هو "
        "هي هم نحن انا لي له لها لنا بعد قبل منذ كل بعض اي او ثم لكن حتى غير بدون يوم ايام شهر اشهر "
        "شهور سنة سنوات طلب شكاية مشكل مشكلة المشكل خدمة السيد السيدة سلام السلام عليكم شكرا "
        "المرجو جدا اكثر مرة مرات هناك عند عندي عندنا "
        # Darija, in either script.
        "ديال ديالي ديالنا واش راه راني حيت باش هاد هادي هادشي كاين كاينة ماكاينش مكاينش بزاف فين "
        "شحال دابا غير حنا نتوما هوما "
        "dyal dial dyali dyalna dialna wach rah rani hit bach had hadi hadchi kayn kayna makaynch "
        "makayn bzaf fin ch7al chhal daba ghir hna ntoma homa salam mn f l b d o w ila had men "
        "chi wahd"
    ).split()
)

_ARABIC: Final = re.compile(r"[\u0621-\u064a]")
_PRONOUNS: Final = ("هما", "ها", "هم", "نا", "كم", "ه", "ي")
_ARABIC_ENDINGS: Final = ("ات", "ون", "ين", "ان", *_PRONOUNS)
_ARABIC_BEFORE: Final = ("و", "ف", "ب", "ل", "ك", "د")
"""Written together with the word that follows; the last is darija's."""

_LATIN_ENDINGS: Final = (
    *("issements", "issement", "ements", "ement", "ations", "ation", "ateurs", "ateur"),
    *("antes", "ante", "ants", "ant", "aient", "ions", "ion", "euses", "euse", "eurs", "eur"),
    *("ives", "ive", "ages", "age", "ees", "ee", "ent", "ed", "es", "er", "ir", "e"),
)
_FEWEST_BEFORE_ENDING: Final = 4
_LETTER_OF_DIGIT: Final = str.maketrans({"2": "a", "3": "a", "5": "kh", "7": "h", "9": "k"})
_DOUBLED: Final = re.compile(r"([a-z])\1+")
_LATIN_BEFORE: Final = re.compile(r"[bdfw]?l(?=[^aeiouyh])|[bdfw](?=[^aeiouyhlr])")
"""Darija writes its article and prepositions together with a word; French has a vowel there."""


def telling(text: str) -> Iterator[str]:
    """The folded words of `text` that tell something, in their order, with repetitions."""
    return (word for word in fold(text).split() if word not in _STOP and len(word) > 1)


@lru_cache(_REMEMBERED)
def stem(word: str) -> str:
    """What a folded word has in common with its other forms."""
    return _arabic(word) if _ARABIC.search(word) else _latin(word)


@lru_cache(_REMEMBERED)
def readings(word: str) -> tuple[str, ...]:
    """The stems that a folded word of a text may stand for, the likeliest first."""
    if _ARABIC.search(word):
        rests = [word[1:]] if word[0] in _ARABIC_BEFORE and len(word) > _SHORTEST else []
        if word[0] in _ARABIC_BEFORE[:2] and word[1:2] in _ARABIC_BEFORE[2:]:
            rests.append(word[2:])
    else:
        found = _LATIN_BEFORE.match(word)
        rests = [word[found.end() :]] if found else []
    return tuple(
        dict.fromkeys((stem(word), *(stem(rest) for rest in rests if len(rest) >= _SHORTEST)))
    )


def _arabic(word: str) -> str:
    if word.startswith("لل") and len(word) > _SHORTEST + 1:
        word = f"ال{word[2:]}"
    if word[1:3] == "ال" and word[0] in _ARABIC_BEFORE:
        word = word[1:]
    word = _without_start(word, "ال")
    for ending in _ARABIC_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            word = word.removesuffix(ending)
            # The feminine ending is another letter before a pronoun.
            if ending in _PRONOUNS and word.endswith("ت") and len(word) > _SHORTEST:
                word = word.removesuffix("ت")
            break
    # What belongs to something ends in a letter more, and may have had another behind it.
    return word.removesuffix("ي") if len(word) > _SHORTEST else word


def _without_start(word: str, start: str) -> str:
    return word.removeprefix(start) if len(word) - len(start) >= _SHORTEST else word


def _latin(word: str) -> str:
    if not word.isalpha() and not word.isdigit():
        word = word.translate(_LETTER_OF_DIGIT)
    word = _DOUBLED.sub(r"\1", word.replace("sh", "ch").replace("ou", "u"))
    if word[-1:] in {"s", "x"} and len(word) > _SHORTEST:
        word = word[:-1]
    for ending in _LATIN_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _FEWEST_BEFORE_ENDING:
            return word.removesuffix(ending)
    return word
