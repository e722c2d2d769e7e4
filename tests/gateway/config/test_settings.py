"""What the environment and the command line set."""

from pathlib import Path

import pytest

from gateway.config import ConfigError, Settings, read_settings


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
        host="127.0.0.1",
        port=8000,
        workers=1,
        deadline_seconds=3.0,
        page_max=100,
        sort_buffer=1000,
        row_budget=2000,
        cursor_hours=24.0,
    )


def test_every_setting_can_be_set() -> None:
    settings = read_settings(
        {
            "CHIKAYA_ENV": "production",
            "CHIKAYA_DATABASE_URL": "postgresql://u:p@db/chikaya",
            "CHIKAYA_AGENCIES": "/etc/chikaya/agencies.yaml",
            "CHIKAYA_KEYS": "/etc/chikaya/keys",
            "CHIKAYA_HOST": "::1",
            "CHIKAYA_PORT": "8080",
            "CHIKAYA_WORKERS": "4",
            "CHIKAYA_DEADLINE_SECONDS": "2.5",
            "CHIKAYA_PAGE_MAX": "10",
            "CHIKAYA_SORT_BUFFER": "500",
            "CHIKAYA_ROW_BUDGET": "600",
            "CHIKAYA_CURSOR_HOURS": "48",
        }
    )
    assert settings == Settings(
        production=True,
        database_url="postgresql://u:p@db/chikaya",
        agencies=Path("/etc/chikaya/agencies.yaml"),
        keys=Path("/etc/chikaya/keys"),
        host="::1",
        port=8080,
        workers=4,
        deadline_seconds=2.5,
        page_max=10,
        sort_buffer=500,
        row_budget=600,
        cursor_hours=48.0,
    )
    assert (settings.page_default, settings.postgresql) == (10, True)


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
        "must sign in by OIDC, which this version cannot do yet"
    )
    assert mistakes(environment, host=host) == [f"--host: {expected}"]
    assert mistakes(environment | {"CHIKAYA_HOST": host}) == [f"CHIKAYA_HOST: {expected}"]


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
    assert mistakes({f"CHIKAYA_{name}": value}) == [f"CHIKAYA_{name}: {expected}"]


def test_an_unknown_variable_is_named_without_its_value_among_all_mistakes() -> None:
    assert mistakes(
        {"CHIKAYA_PAGEMAX": "hunter2", "CHIKAYA_PORT": "x", "CHIKAYA_WORKERS": "-1"}
    ) == [
        (
            "CHIKAYA_PAGEMAX: no setting has that name; known: CHIKAYA_ENV, CHIKAYA_DATABASE_URL, "
            "CHIKAYA_AGENCIES, CHIKAYA_KEYS, CHIKAYA_HOST, CHIKAYA_PORT, CHIKAYA_WORKERS, "
            "CHIKAYA_DEADLINE_SECONDS, CHIKAYA_PAGE_MAX, CHIKAYA_SORT_BUFFER, CHIKAYA_ROW_BUDGET, "
            'CHIKAYA_CURSOR_HOURS (did you mean "CHIKAYA_PAGE_MAX"?)'
        ),
        'CHIKAYA_PORT: expected a whole number from 0 to 65535; came "x"',
        'CHIKAYA_WORKERS: expected a whole number from 1 to 64; came "-1"',
    ]


def test_a_database_password_is_not_shown() -> None:
    assert "hunter2" not in repr(
        read_settings({"CHIKAYA_DATABASE_URL": "postgresql://u:hunter2@db/x"})
    )
