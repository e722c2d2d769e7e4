"""What letters say: in the reader's language, and nothing that is somebody else's to know."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import urlencode

import pytest

from connectors.contract.letters import DueLetter, LetterKind
from connectors.contract.records import AgencyCode, LocalizedText
from gateway.letters.composing import FOLDER, Composer
from gateway.letters.refusals import NotPosted
from gateway.letters.wordings import ANSWER_OWED, WORDINGS
from resolvers.code_links import CodeLinkTokens
from resolvers.stopping import StopTokens
from tests.gateway.complete_catalogues import flaws, said

SENDER = Address("Chikaya", "no-reply", "chikaya.example")
STOPS = StopTokens(b"k" * 32)
LINKS = CodeLinkTokens(b"l" * 32)
AGENCY = LocalizedText(ar="وكالة الماء", fr="Agence de l'eau & <b>", en="Water agency")
ADDRESS = "amina@example.test"
LETTER = DueLetter(
    id=1,
    kind=LetterKind.RECEIPT,
    name="0123456789abcdef",
    queued_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
    attempt=1,
    begun_at=datetime(2026, 3, 1, 12, 5, tzinfo=UTC),
    reference="1234-5678-9012-3",
    agency_code=AgencyCode("water"),
    generation=3,
    received_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
    # The end of 30 April in Morocco, whose clocks are at UTC+1 by then.
    due_at=datetime(2026, 4, 30, 23, tzinfo=UTC),
    address=ADDRESS,
    language="fr",
)


def written(
    letter: DueLetter = LETTER,
    address: str = ADDRESS,
    agency: LocalizedText = AGENCY,
    site: str = "https://chikaya.example",
) -> EmailMessage:
    """The letter as a mail program reads it."""
    composed = Composer(site=site, sender=SENDER, stops=STOPS, code_links=LINKS).compose(
        letter, address, agency
    )
    read = message_from_bytes(composed.as_bytes(), EmailMessage, policy=SMTP)
    assert read.defects == []
    return read


def text(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    content: str = part.get_content()
    return content.replace("\r\n", "\n")


def test_a_receipt_in_french() -> None:
    message = written()
    token = STOPS.token(ADDRESS)
    assert text(message) == (
        "Bonjour,\n"
        "\n"
        "Votre réclamation a été reçue. Il revient à l'administration suivante d'y répondre\u00a0: "
        "\u2068Agence de l'eau & <b>\u2069.\n"
        "Conservez la référence ci-dessous et le code de suivi qui vous a été remis\u00a0: avec les "
        "deux, vous pouvez suivre votre réclamation, la compléter ou la retirer.\n"
        "\n"
        "Référence\u00a0: \u20681234-5678-9012-3\u2069\n"
        "Administration\u00a0: \u2068Agence de l'eau & <b>\u2069\n"
        "Reçue le\u00a0: 1 mars 2026\n"
        "Réponse attendue au plus tard le\u00a0: 30 avril 2026\n"
        "\n"
        "Votre réclamation, avec votre code de suivi\u00a0:\n"
        "https://chikaya.example/fr/follow?reference=1234-5678-9012-3\n"
        "\n"
        "Ne donnez jamais votre code de suivi à quelqu'un qui vous le demande par courriel ou par "
        "téléphone.\n"
        "\n"
        "-- \n"
        "Vous recevez ce courriel parce que cette adresse a été donnée avec une réclamation. Il est "
        "écrit par un programme, et personne ne lit les réponses.\n"
        "Ne plus recevoir de courriels à cette adresse\u00a0:\n"
        f"https://chikaya.example/fr/letters/stop?token={token}\n"
    )
    html = text(message, "html")
    assert "<bdi>Agence de l&#39;eau &amp; &lt;b&gt;</bdi>." in html
    assert '<html lang="fr" dir="ltr">' in html


def test_the_headers_are_those_of_a_program_that_can_be_stopped() -> None:
    message = written()
    assert {name: str(message[name]) for name in message} | {"Content-Type": "..."} == {
        "From": "Chikaya <no-reply@chikaya.example>",
        "To": ADDRESS,
        "Subject": "Votre réclamation a été reçue",
        "Date": "Sun, 01 Mar 2026 12:00:00 +0000",
        "Message-ID": "<0123456789abcdef@chikaya.example>",
        "Content-Language": "fr",
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": f"<https://chikaya.example/letters/stop?token={STOPS.token(ADDRESS)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "MIME-Version": "1.0",
        "Content-Type": "...",
    }


def leads_to(kind: LetterKind) -> str:
    if kind is LetterKind.CODE_LINK:
        token = LINKS.token(LETTER.reference, LETTER.generation, LETTER.begun_at)
        return f"follow/new-code?{urlencode({'token': token})}"
    return f"follow?reference={LETTER.reference}"


@pytest.mark.parametrize("kind", LetterKind)
@pytest.mark.parametrize(
    ("language", "tongue", "direction", "name"),
    [
        ("ar", "ar", "rtl", "وكالة الماء"),
        ("ar-MA", "ar", "rtl", "وكالة الماء"),
        ("fr", "fr", "ltr", "Agence de l'eau & <b>"),
        ("en-GB", "en", "ltr", "Water agency"),
        ("zgh", "fr", "ltr", "Agence de l'eau & <b>"),
        ("de", "ar", "rtl", "وكالة الماء"),
        (None, "ar", "rtl", "وكالة الماء"),
    ],
)
def test_each_letter_is_whole_in_each_language(
    kind: LetterKind, language: str | None, tongue: str, direction: str, name: str
) -> None:
    message = written(replace(LETTER, kind=kind, language=language))
    assert message["Content-Language"] == tongue
    assert f'<html lang="{tongue}" dir="{direction}">' in text(message, "html")
    for each in (text(message), text(message, "html")):
        assert f"/{tongue}/{leads_to(kind)}" in each
        assert "%(" not in each
    assert f"\u2068{name}\u2069" in text(message)
    # Whose answer is still owed, is told until when; before any link, in which anything may stand.
    assert ("30" in text(message).partition("https:")[0]) == (kind in ANSWER_OWED)
    english = written(replace(LETTER, kind=kind, language="en"))
    same = [line for line in text(message).splitlines() if line in text(english).splitlines()]
    assert tongue == "en" or not [line for line in same if line.strip(" -")]


@pytest.mark.parametrize("kind", LetterKind)
def test_a_subject_is_the_same_for_everybody(kind: LetterKind) -> None:
    """So that nothing of the person and the case can be in it."""
    for language in ("ar", "fr", "en"):
        mine = replace(LETTER, kind=kind, language=language)
        other = replace(mine, reference="9999-8888-7777-6", agency_code=AgencyCode("x"))
        subjects = {
            str(written(mine)["Subject"]),
            str(written(other, "karim@example.org", LocalizedText(fr="Autre"))["Subject"]),
        }
        assert len(subjects) == 1
        assert "%" not in subjects.pop()


def test_long_lines_are_folded_and_the_link_that_stops_is_not() -> None:
    long = f"https://{'a' * 60}.example"
    raw = Composer(site=long, sender=SENDER, stops=STOPS, code_links=LINKS).compose(
        replace(LETTER, language="ar"), ADDRESS, AGENCY
    )
    lines = raw.as_bytes().split(b"\r\n")
    (stop,) = [line for line in lines if line.startswith(b"List-Unsubscribe:")]
    assert stop == f"List-Unsubscribe: <{long}/letters/stop?token={STOPS.token(ADDRESS)}>".encode()
    assert all(len(line) <= 78 for line in lines if line != stop)
    assert all(b"\n" not in line and b"\r" not in line for line in lines)
    raw.as_bytes().decode("ascii")


@pytest.mark.parametrize(
    "name",
    ["Eau\r\nBcc: everyone@example.org", "Eau\nSubject: x", "Eau\r\n\r\n<script>", "{{ 7*7 }}"],
)
def test_a_name_leads_nowhere_but_into_the_text(name: str) -> None:
    message = written(agency=LocalizedText(fr=name))
    assert "Bcc" not in message
    assert message.get_all("Subject") == ["Votre réclamation a été reçue"]
    assert "49" not in text(message)
    assert "<script>" not in text(message, "html")


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example\r\nBcc: x@y.example",
        "a@b.example, x@y.example",
        "a@b.example>\r\nDATA",
        "x <a@b.example>",
        "@",
        "a@",
        "a@..example",
        "",
    ],
)
def test_an_address_is_one_address_or_refused(address: str) -> None:
    with pytest.raises(NotPosted) as caught:
        written(address=address)
    assert caught.value.refusal == "ADDRESS_UNFIT"


def test_a_domain_of_other_letters_is_written_as_name_servers_know_it() -> None:
    assert written(address="amina@مثال.إختبار")["To"].addresses[0].domain == (
        "xn--mgbh0fb.xn--kgbechtv"
    )


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_the_catalogues_say_everything_and_nothing_else(language: str) -> None:
    assert flaws(FOLDER / f"{language}.po", said(FOLDER)) == []


def test_every_kind_has_its_words() -> None:
    assert set(WORDINGS) == set(LetterKind)


def test_a_token_is_no_ones_name_and_cannot_be_made_up() -> None:
    token = STOPS.token(ADDRESS)
    assert STOPS.read(token) == STOPS.digest(ADDRESS) == STOPS.digest(f" {ADDRESS.upper()}")
    assert STOPS.read(token) != STOPS.digest("karim@example.test")
    assert StopTokens(b"o" * 32).read(token) is None
    for other in ("", "=", token[:-4], token + "AAAA", "é", "A" * 64, token.swapcase()):
        assert STOPS.read(other) is None
