"""What the environment and the command line set."""

from email.headerregistry import Address
from pathlib import Path

import pytest

from gateway.config import Claims, ConfigError, Oidc, Settings, read_settings
from gateway.config.mail import Mail, MailServer
from gateway.config.oidc import Client
from resolvers.policy import Role

OIDC = {
    "CHIKAYA_OIDC_ISSUER": "https://idp.example/realms/maroc",
    "CHIKAYA_OIDC_AUDIENCE": "chikaya",
}


def mistakes(environ: dict[str, str], **said: object) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read_settings(environ, **said)
    return str(caught.value).splitlines()


def test_nothing_set_is_the_embedded_default() -> None:
    assert read_settings({"PATH": "/bin", "CHIKAYA_REQUIRE": "node"}) == Settings(
        production=False,
        database_url="sqlite:///var/chikaya.sqlite3",
        agencies=Path("agencies.yaml"),
        keys=None,
        files=None,
        host="127.0.0.1",
        port=8000,
        url=None,
        workers=1,
        loops="on",
        plain="off",
        deadline_seconds=3.0,
        page_max=100,
        sort_buffer=1000,
        row_budget=2000,
        filings_per_minute=60,
        uploads_per_minute=60,
        cursor_hours=24.0,
        session_idle_minutes=30.0,
        session_hours=8.0,
        mail=None,
        oidc=None,
    )


def test_every_setting_can_be_set() -> None:
    settings = read_settings(
        {
            "CHIKAYA_ENV": "production",
            "CHIKAYA_DATABASE_URL": "postgresql://u:p@db/chikaya",
            "CHIKAYA_AGENCIES": "/etc/chikaya/agencies.yaml",
            "CHIKAYA_KEYS": "/etc/chikaya/keys",
            "CHIKAYA_FILES": "/srv/chikaya/files",
            "CHIKAYA_HOST": "::1",
            "CHIKAYA_PORT": "8080",
            "CHIKAYA_WORKERS": "4",
            "CHIKAYA_LOOPS": "off",
            "CHIKAYA_PLAIN": "on",
            "CHIKAYA_DEADLINE_SECONDS": "2.5",
            "CHIKAYA_PAGE_MAX": "10",
            "CHIKAYA_SORT_BUFFER": "500",
            "CHIKAYA_ROW_BUDGET": "600",
            "CHIKAYA_FILINGS_PER_MINUTE": "7",
            "CHIKAYA_UPLOADS_PER_MINUTE": "8",
            "CHIKAYA_CURSOR_HOURS": "48",
            "CHIKAYA_OIDC_KEYS_URL": "http://127.0.0.1:8080/keys",
            "CHIKAYA_OIDC_SUBJECT_CLAIM": "uid",
            "CHIKAYA_OIDC_ROLES_CLAIM": "roles",
            "CHIKAYA_OIDC_AGENCIES_CLAIM": "org.codes",
            "CHIKAYA_OIDC_ROLES": "agent=officer, chef = supervisor",
            "CHIKAYA_OIDC_CLIENT_ID": "chikaya-portal",
            "CHIKAYA_OIDC_CLIENT_SECRET": "a secret",
            "CHIKAYA_OIDC_SCOPE": "openid roles",
            "CHIKAYA_URL": "https://chikaya.example/",
            "CHIKAYA_SESSION_IDLE_MINUTES": "15",
            "CHIKAYA_SESSION_HOURS": "10",
            "CHIKAYA_SMTP_URL": "smtp://gate:p%40ss@mail.example:2525",
            "CHIKAYA_MAIL_FROM": "Chikaya <no-reply@chikaya.example>",
            **OIDC,
        }
    )
    assert settings == Settings(
        production=True,
        database_url="postgresql://u:p@db/chikaya",
        agencies=Path("/etc/chikaya/agencies.yaml"),
        keys=Path("/etc/chikaya/keys"),
        files=Path("/srv/chikaya/files"),
        host="::1",
        port=8080,
        url="https://chikaya.example",
        workers=4,
        loops="off",
        plain="on",
        deadline_seconds=2.5,
        page_max=10,
        sort_buffer=500,
        row_budget=600,
        filings_per_minute=7,
        uploads_per_minute=8,
        cursor_hours=48.0,
        session_idle_minutes=15.0,
        session_hours=10.0,
        mail=Mail(
            MailServer(
                "mail.example", 2525, tls=False, start_tls=True, user="gate", password="p@ss"
            ),
            Address("Chikaya", "no-reply", "chikaya.example"),
        ),
        oidc=Oidc(
            "https://idp.example/realms/maroc",
            "chikaya",
            "http://127.0.0.1:8080/keys",
            Claims("uid", "roles", "org.codes", {"agent": Role.OFFICER, "chef": Role.SUPERVISOR}),
            Client("chikaya-portal", "a secret", "openid roles"),
        ),
    )
    assert (settings.page_default, settings.postgresql) == (10, True)
    assert "a secret" not in repr(settings)


def test_signing_in_by_browser_takes_a_client_and_an_address() -> None:
    client = {"CHIKAYA_OIDC_CLIENT_ID": "portal"}
    here = {"CHIKAYA_URL": "http://localhost:8000"}
    settings = read_settings(OIDC | client | here)
    assert settings.oidc is not None
    assert settings.oidc.client == Client("portal")
    assert mistakes(OIDC | client) == [
        (
            "CHIKAYA_URL: expected a value; it is not set, and without it the provider is not told "
            "where people who signed in come back to"
        )
    ]
    for alone in ({"CHIKAYA_OIDC_CLIENT_SECRET": "s"}, {"CHIKAYA_OIDC_SCOPE": "openid x"}):
        assert mistakes(OIDC | here | alone) == [
            (
                "CHIKAYA_OIDC_CLIENT_ID: expected a value; it is not set, and without it nobody "
                "signs in by browser, and what the client has or asks says nothing"
            )
        ]
    assert mistakes(OIDC | here | client | {"CHIKAYA_OIDC_SCOPE": "profile"}) == [
        'CHIKAYA_OIDC_SCOPE: expected words with openid among them; came "profile"'
    ]


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://chikaya.example/portal", "expected a URL without a path; came one with a path"),
        ("http://chikaya.example", "expected an https:// URL without user"),
        ("https://u:secret@chikaya.example", "expected an https:// URL without user"),
        ("chikaya.example", "came no URL"),
    ],
)
def test_our_own_address_is_one_that_browsers_can_trust(url: str, why: str) -> None:
    [mistake] = mistakes({"CHIKAYA_URL": url})
    assert mistake.startswith("CHIKAYA_URL: ")
    assert why in mistake
    assert "secret" not in mistake


def test_the_command_line_wins() -> None:
    settings = read_settings(
        {"CHIKAYA_PORT": "no number", "CHIKAYA_AGENCIES": "a.yaml"}, port=9000, agencies="b.yaml"
    )
    assert (settings.port, settings.agencies) == (9000, Path("b.yaml"))


@pytest.mark.parametrize(
    ("environ", "production"),
    [
        ({}, False),
        ({"CHIKAYA_ENV": "production"}, True),
        ({"CHIKAYA_DATABASE_URL": "postgres://db/x"}, True),
        ({"CHIKAYA_DATABASE_URL": "postgres://db/x", "CHIKAYA_ENV": "development"}, False),
        ({"CHIKAYA_HOST": "localhost"}, False),
    ],
)
def test_production_is_said_or_implied(environ: dict[str, str], *, production: bool) -> None:
    assert read_settings(environ).production is production


@pytest.mark.parametrize("environment", [{}, {"CHIKAYA_ENV": "development"}])
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "gateway.example"])  # noqa: S104 - refused
def test_beyond_loopback_nothing_starts_without_sign_in(
    environment: dict[str, str], host: str
) -> None:
    expected = (
        f'expected a loopback address such as 127.0.0.1; came "{host}". Beyond loopback people '
        "must sign in by OIDC: set CHIKAYA_OIDC_ISSUER and CHIKAYA_OIDC_AUDIENCE"
    )
    assert mistakes(environment, host=host) == [f"--host: {expected}"]
    assert mistakes(environment | {"CHIKAYA_HOST": host}) == [f"CHIKAYA_HOST: {expected}"]


@pytest.mark.parametrize("environment", [{}, {"CHIKAYA_ENV": "development"}])
def test_beyond_loopback_it_starts_where_people_can_sign_in(environment: dict[str, str]) -> None:
    settings = read_settings(environment | OIDC, host="0.0.0.0")  # noqa: S104 - allowed then
    assert settings.oidc == Oidc(*OIDC.values(), None, Claims())
    assert settings.production is not bool(environment)


def test_half_a_provider_is_told_with_what_is_missing() -> None:
    issuer, audience = ({name: value} for name, value in OIDC.items())
    assert mistakes(issuer) == [
        (
            "CHIKAYA_OIDC_AUDIENCE: expected a value; it is not set, and without it tokens that are "
            "meant for other services would pass"
        )
    ]
    for alone in (audience, {"CHIKAYA_OIDC_ROLES_CLAIM": "roles"}):
        assert mistakes(alone) == [
            (
                "CHIKAYA_OIDC_ISSUER: expected a value; it is not set, and without it nobody can sign "
                "in, and the others say nothing"
            )
        ]


NO_ADDRESS = (
    "expected an https:// URL without user, query and fragment (http:// only to this machine); "
    "came "
)


def test_sqlite_has_one_writing_process() -> None:
    assert mistakes({}, workers=2) == [
        (
            "--workers: expected 1, for one process alone writes to SQLite; came 2. "
            "More need a postgresql:// database"
        )
    ]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("ENV", "", 'expected production or development; came ""'),
        ("ENV", "prod", 'expected production or development; came "prod"'),
        (
            "ENV",
            "producton",
            'expected production or development; came "producton" (did you mean "production"?)',
        ),
        ("PORT", "80a", 'expected a whole number from 0 to 65535; came "80a"'),
        ("PORT", "65536", 'expected a whole number from 0 to 65535; came "65536"'),
        ("WORKERS", "0", 'expected a whole number from 1 to 64; came "0"'),
        ("PAGE_MAX", "0", 'expected a whole number from 1 to 1000; came "0"'),
        ("SORT_BUFFER", "1.5", 'expected a whole number from 1 to 100000; came "1.5"'),
        ("ROW_BUDGET", "", 'expected a whole number from 1 to 100000; came ""'),
        ("DEADLINE_SECONDS", "0", 'expected a number above 0 and up to 60; came "0"'),
        ("DEADLINE_SECONDS", "nan", 'expected a number above 0 and up to 60; came "nan"'),
        ("CURSOR_HOURS", "a day", 'expected a number above 0 and up to 8760; came "a day"'),
        ("AGENCIES", " ", 'expected some text; came " "'),
        ("HOST", "", 'expected some text; came ""'),
        ("OIDC_ISSUER", "idp.example", NO_ADDRESS + "no URL"),
        ("OIDC_ISSUER", "http://idp.example/", NO_ADDRESS + "another URL"),
        ("OIDC_ISSUER", "https://u:hunter2@idp.example", NO_ADDRESS + "another URL"),
        ("OIDC_ISSUER", "https://idp.example/?realm=1", NO_ADDRESS + "another URL"),
        ("OIDC_ISSUER", "https://[", NO_ADDRESS + "another URL"),
        ("OIDC_KEYS_URL", "https:///keys", NO_ADDRESS + "another URL"),
        ("OIDC_AUDIENCE", " ", 'expected some text; came " "'),
        (
            "OIDC_ROLES",
            "agent",
            'expected words with their roles, such as agent=officer; came "agent"',
        ),
        (
            "OIDC_ROLES",
            "agent=oficer",
            (
                "expected one of the roles officer, supervisor, national-supervisor, call-centre, "
                'analyst, agency-system, admin; came "oficer" (did you mean "officer"?)'
            ),
        ),
        ("OIDC_ROLES", "a=admin,a=officer", 'expected each word once; came "a" twice'),
        (
            "DATABASE_URL",
            "mysql://root:hunter2@db/x",
            'expected a URL that begins with sqlite:// or postgresql://; came "mysql"',
        ),
        (
            "DATABASE_URL",
            "hunter2",
            "expected a URL that begins with sqlite:// or postgresql://; came no URL",
        ),
    ],
)
def test_a_value_that_cannot_be_is_told_with_what_was_expected(
    name: str, value: str, expected: str
) -> None:
    told = mistakes((OIDC if name.startswith("OIDC") else {}) | {f"CHIKAYA_{name}": value})
    assert told == [f"CHIKAYA_{name}: {expected}"]


def test_an_unknown_variable_is_named_without_its_value_among_all_mistakes() -> None:
    assert mistakes(
        {"CHIKAYA_PAGEMAX": "hunter2", "CHIKAYA_PORT": "x", "CHIKAYA_WORKERS": "-1"}
    ) == [
        (
            "CHIKAYA_PAGEMAX: no setting has that name; known: CHIKAYA_ENV, CHIKAYA_DATABASE_URL, "
            "CHIKAYA_AGENCIES, CHIKAYA_KEYS, CHIKAYA_FILES, CHIKAYA_HOST, CHIKAYA_PORT, CHIKAYA_URL, "
            "CHIKAYA_WORKERS, CHIKAYA_LOOPS, CHIKAYA_PLAIN, "
            "CHIKAYA_DEADLINE_SECONDS, CHIKAYA_PAGE_MAX, CHIKAYA_SORT_BUFFER, CHIKAYA_ROW_BUDGET, "
            "CHIKAYA_FILINGS_PER_MINUTE, CHIKAYA_UPLOADS_PER_MINUTE, CHIKAYA_CURSOR_HOURS, "
            "CHIKAYA_SESSION_IDLE_MINUTES, CHIKAYA_SESSION_HOURS, "
            "CHIKAYA_SMTP_URL, CHIKAYA_MAIL_FROM, "
            "CHIKAYA_OIDC_ISSUER, CHIKAYA_OIDC_AUDIENCE, "
            "CHIKAYA_OIDC_KEYS_URL, CHIKAYA_OIDC_SUBJECT_CLAIM, CHIKAYA_OIDC_ROLES_CLAIM, "
            "CHIKAYA_OIDC_AGENCIES_CLAIM, CHIKAYA_OIDC_ROLES, CHIKAYA_OIDC_CLIENT_ID, "
            "CHIKAYA_OIDC_CLIENT_SECRET, CHIKAYA_OIDC_SCOPE "
            '(did you mean "CHIKAYA_PAGE_MAX"?)'
        ),
        'CHIKAYA_PORT: expected a whole number from 0 to 65535; came "x"',
        'CHIKAYA_WORKERS: expected a whole number from 1 to 64; came "-1"',
    ]


def test_a_database_password_is_not_shown() -> None:
    assert "hunter2" not in repr(
        read_settings({"CHIKAYA_DATABASE_URL": "postgresql://u:hunter2@db/x"})
    )


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", MailServer("mail.example", 587, tls=False, start_tls=True)),
        ("smtps://mail.example", MailServer("mail.example", 465, tls=True, start_tls=False)),
        ("smtp://127.0.0.1:25", MailServer("127.0.0.1", 25, tls=False, start_tls=False)),
        ("smtp://[::1]:25/", MailServer("::1", 25, tls=False, start_tls=False)),
    ],
)
def test_a_mail_server_beyond_this_machine_is_spoken_to_in_tls(
    url: str, server: MailServer
) -> None:
    settings = read_settings({**MAIL, "CHIKAYA_SMTP_URL": url})
    assert settings.mail is not None
    assert settings.mail.server == server


MAIL = {
    "CHIKAYA_SMTP_URL": "smtp://mail.example",
    "CHIKAYA_MAIL_FROM": "no-reply@chikaya.example",
    "CHIKAYA_URL": "https://chikaya.example",
}
USUAL_URL = "expected smtp://user:password@host:587 or smtps://user:password@host:465; came "


@pytest.mark.parametrize(
    ("url", "came"),
    [
        ("mail.example", "no URL"),
        ("http://u:hunter2@mail.example", "another URL"),
        ("smtp://u:hunter2@", "another URL"),
        ("smtp://u:hunter2@mail.example:x", "another URL"),
        ("smtp://hunter2@mail.example", "a user without a password, or the other way round"),
        ("smtp://u:p@mail.example/hunter2", "a URL with more than that"),
        ("smtp://u:p@mail.example?hunter2", "a URL with more than that"),
    ],
)
def test_a_wrong_mail_server_is_refused_without_its_password(url: str, came: str) -> None:
    assert mistakes({**MAIL, "CHIKAYA_SMTP_URL": url}) == [f"CHIKAYA_SMTP_URL: {USUAL_URL}{came}"]


@pytest.mark.parametrize(
    "sender", ["", "Chikaya", "a@b.example, c@d.example", "a@localhost", "x\r\nBcc: a@b.example"]
)
def test_letters_are_from_one_address(sender: str) -> None:
    expected = "expected an address such as Chikaya <no-reply@chikaya.example>; came other text"
    assert mistakes({**MAIL, "CHIKAYA_MAIL_FROM": sender}) == [f"CHIKAYA_MAIL_FROM: {expected}"]


@pytest.mark.parametrize(
    ("left_out", "why"),
    [
        ("CHIKAYA_MAIL_FROM", "letters have to come from somewhere"),
        ("CHIKAYA_URL", "without it letters lead nowhere"),
        ("CHIKAYA_SMTP_URL", "without it no letters are sent"),
    ],
)
def test_sending_letters_takes_all_that_it_takes(left_out: str, why: str) -> None:
    environ = {name: value for name, value in MAIL.items() if name != left_out}
    assert mistakes(environ) == [f"{left_out}: expected a value; it is not set, and {why}"]
