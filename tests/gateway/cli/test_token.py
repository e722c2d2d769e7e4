"""`chikaya token`: tokens that the server of this machine takes, and no other."""

from pathlib import Path
from shutil import copyfile

import pytest
from typer.testing import CliRunner

from gateway.cli import main
from tests.gateway.cli.command import chikaya, serving

REGISTRY = Path(__file__).parents[3] / "agencies.yaml"
WHO = "{ viewer { role agencies { code } } complaints { complete } }"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copyfile(REGISTRY, tmp_path / "agencies.yaml")
    monkeypatch.chdir(tmp_path)
    for name in ("ENV", "KEYS", "OIDC_ISSUER"):
        monkeypatch.delenv(f"CHIKAYA_{name}", raising=False)
    return tmp_path


def said(*words: str) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    ended = CliRunner().invoke(main, ["token", *words])
    return ended.exit_code, ended.stdout, ended.stderr


def test_one_asks_a_running_server_as_somebody_else(folder: Path) -> None:
    with serving("--no-demo", folder=folder) as served:
        code, token, told = said("--role", "officer", "--agency", "interior")
        assert (code, told) == (0, "")
        viewer = served.ask(WHO, Authorization=f"Bearer {token.strip()}")["data"]["viewer"]
        assert viewer == {"role": "OFFICER", "agencies": [{"code": "interior"}]}
        asked = chikaya(
            *("query", "--url", served.url, "--token", said("--role", "admin")[1].strip(), WHO),
            folder=folder,
        )
    assert asked.returncode == 1
    assert '"FORBIDDEN"' in asked.stdout


def test_an_agency_that_the_registry_does_not_have_is_noted(folder: Path) -> None:
    code, token, told = said("--role", "officer", "--agency", "interor")
    assert (code, told) == (0, 'note: the registry has no agency "interor"\n')
    assert token.count(".") == 2


@pytest.mark.parametrize(
    ("words", "environ", "told"),
    [
        (
            ["--role", "oficer"],
            {},
            "--role: expected one of citizen, officer, supervisor, national-supervisor",
        ),
        (["--role", "anonymous"], {}, "--role: expected one of citizen"),
        (
            ["--role", "officer"],
            {},
            "--agency: expected for the role officer, which serves some",
        ),
        (
            ["--role", "analyst", "--agency", "interior"],
            {},
            "--agency: the role analyst serves none",
        ),
        (
            ["--role", "admin"],
            {"ENV": "production"},
            "production takes no tokens of its own: get one from your OIDC provider",
        ),
        (
            ["--role", "admin"],
            {"DATABASE_URL": "postgresql://db/x"},
            "production takes no tokens of its own",
        ),
        (
            ["--role", "admin"],
            {"OIDC_ISSUER": "https://idp.example", "OIDC_AUDIENCE": "chikaya"},
            "CHIKAYA_OIDC_ISSUER is set: tokens come from there",
        ),
    ],
)
def test_what_makes_no_token_is_told(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    environ: dict[str, str],
    told: str,
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(f"CHIKAYA_{name}", value)
    code, out, err = said(*words)
    assert (code, out) == (2, "")
    assert err.startswith(told)
    assert not (folder / "var").exists()
