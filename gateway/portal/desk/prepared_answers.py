"""Offer answers to begin with, in the language of who complains."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from gateway.catalogues import Tongue
from gateway.portal.visit import Visit

_FOLDER: Final = Path(__file__).parent / "prepared"


@dataclass(frozen=True, slots=True)
class Prepared:
    """An answer in which the officer says the rest, where it has an ellipsis."""

    outcome: str
    name: str
    text: str


def language_of(told: str | None, otherwise: Tongue) -> Tongue:
    """In which language whoever wrote in `told`, a BCP 47 tag, is answered."""
    primary = (told or "").partition("-")[0].lower()
    return next((each.whole for each in Tongue if each == primary), otherwise.whole)


@cache
def prepared(language: Tongue) -> Mapping[str, Prepared]:
    """The answers in a language in which everything is said, by their names in forms."""
    text = (_FOLDER / f"{language}.toml").read_text(encoding="utf-8")
    return {
        name: Prepared(said["outcome"], said["name"], said["text"].strip())
        for name, said in tomllib.loads(text).items()
    }


def begun(visit: Visit) -> Visit:
    """`visit` with the answer that was chosen after what was typed, and its outcome if none was."""
    form = visit.form
    language, _, name = form.get("prepared").partition(".")
    tongue = next((each.whole for each in Tongue if each == language), None)
    chosen = None if tongue is None else prepared(tongue).get(name)
    if chosen is None:
        return visit
    text = "\n\n".join(filter(None, (form.get("text"), chosen.text)))
    fields = {"text": text, "outcome": form.get("outcome") or chosen.outcome}
    return replace(visit, form=form.with_(fields))
