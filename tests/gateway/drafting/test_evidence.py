"""Samples are read as people save them, and what was asked is taken apart without its secrets."""

import json
from pathlib import Path

import pytest

from connectors.rest.options import RestOptions
from gateway.drafting import Evidence, asked_at, proposed, read_sample, source_name
from gateway.drafting.evidence import Answer

CURL = (
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    'Link: <https://desk.example/t?page=2>; rel="next"\r\n\r\n[{"id": 1}]'
)


@pytest.mark.parametrize("text", [CURL, CURL.replace("\r\n", "\n")])
def test_what_curl_prints_has_headers_and_a_body(tmp_path: Path, text: str) -> None:
    (tmp_path / "list.txt").write_text(text, newline="")
    answer = read_sample(tmp_path / "list.txt")
    assert answer.body == [{"id": 1}]
    assert answer.headers["link"] == '<https://desk.example/t?page=2>; rel="next"'


def test_a_header_that_comes_several_times_is_joined(tmp_path: Path) -> None:
    more = '\nLINK: <https://desk.example/t?page=9>; rel="last"\n\n'
    (tmp_path / "list.txt").write_text(CURL.replace("\r\n", "\n").replace("\n\n", more))
    assert read_sample(tmp_path / "list.txt").headers["link"] == (
        '<https://desk.example/t?page=2>; rel="next", <https://desk.example/t?page=9>; rel="last"'
    )


def test_answers_on_the_way_are_passed_over(tmp_path: Path) -> None:
    before = "HTTP/1.1 302 Found\r\nLink: <x>\r\n\r\n"
    (tmp_path / "list.txt").write_text(before + CURL, newline="")
    answer = read_sample(tmp_path / "list.txt")
    assert answer.body == [{"id": 1}]
    assert answer.headers["link"] == '<https://desk.example/t?page=2>; rel="next"'
    (tmp_path / "list.txt").write_text(f"{before}{CURL}\n]", newline="")
    with pytest.raises(ValueError, match=r"in line 9$"):
        read_sample(tmp_path / "list.txt")


def test_headers_may_stand_in_a_file_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "headers.json").write_text('{"Link": "<x>"}')
    answer = read_sample(tmp_path / "headers.json")
    assert (answer.body, answer.headers) == (None, {"link": "<x>"})


@pytest.mark.parametrize(
    ("text", "line"), [("<html>", 1), ('{\n"a": 1,\n}', 3), (f"{CURL}\n]", 6), ("", 1)]
)
def test_what_is_no_json_is_named_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    file = tmp_path / "page.html"
    file.write_text(text, newline="")
    with pytest.raises(ValueError, match="expected JSON, or headers and JSON") as wrong:
        read_sample(file)
    assert str(wrong.value).startswith(str(file))
    assert str(wrong.value).endswith(f"in line {line}")


def test_an_address_is_taken_apart_and_its_secret_is_not_kept() -> None:
    asked = asked_at("https://me:pw@desk.example:8443/api/v2/cases?limit=3&api_key=s3cret&cursor=")
    assert (asked.base, asked.path, asked.query, asked.secret) == (
        "https://desk.example:8443/api/v2", "cases", (("limit", "3"), ("cursor", "")), "api_key",
    )  # fmt: skip
    assert "s3cret" not in repr(asked)
    assert "pw" not in repr(asked)


@pytest.mark.parametrize(
    "name",
    [
        "api_token",
        "password",
        "access",
        "accessToken",
        "X-Session",
        "mot_de_passe",
        "sig-key",
        "cle",
    ],
)
def test_whatever_is_called_like_a_secret_is_not_kept(name: str) -> None:
    asked = asked_at(
        f"https://desk.example/api/cases?page=1&{name}=s3cret&key=s3cret2&{name}=s3cret"
    )
    assert (asked.query, asked.secrets) == ((("page", "1"),), (name, "key"))
    assert "s3cret" not in repr(asked)


def test_a_session_in_a_path_is_not_kept() -> None:
    asked = asked_at("https://desk.example/api;jsessionid=1A2B/cases;jsessionid=1A2B;v=2?page=1")
    assert (asked.base, asked.path) == ("https://desk.example/api", "cases;v=2")


@pytest.mark.parametrize(
    ("url", "base", "path"),
    [
        ("https://desk.example", "https://desk.example", ""),
        ("https://desk.example/", "https://desk.example", ""),
        ("https://desk.example/a b/{c}", "https://desk.example/a%20b", "%7Bc%7D"),
    ],
)
def test_an_address_is_kept_as_it_is_sent(url: str, base: str, path: str) -> None:
    asked = asked_at(url)
    assert (asked.base, asked.path) == (base, path)
    answers = [Answer("list.json", {"items": [{"id": 1}]}), Answer("one.json", {"id": 1})]
    options = proposed(Evidence(answers, asked)).options
    assert options["get"]["request"]["path"] == f"{path}/{{id}}".lstrip("/")
    RestOptions.model_validate_json(json.dumps(options))


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("works.example", "works"),
        ("desk-2.example", "desk"),
        ("store.example", "case-system"),
        ("a.example", "case-system"),
        ("3scale.example", "case-system"),
        ("البلدية.example", "case-system"),
        (f"{'long' * 10}.example", "case-system"),
        ("127.0.0.1", "case-system"),
    ],
)
def test_a_source_is_called_what_agencies_yaml_takes(host: str, name: str) -> None:
    assert source_name(f"https://{host}") == name


def test_what_is_not_in_utf_8_or_too_deep_is_told_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "latin.json").write_bytes(b'[{"id": "\xe9"}]')
    with pytest.raises(ValueError, match=r"latin\.json: expected UTF-8"):
        read_sample(tmp_path / "latin.json")
    (tmp_path / "deep.json").write_text("[" * 100_000)
    with pytest.raises(ValueError, match=r"deep\.json: expected fewer"):
        read_sample(tmp_path / "deep.json")


@pytest.mark.parametrize(
    "url",
    [
        "desk.example/cases?key=s3cret",
        "ftp://desk.example/a",
        "https:///a",
        "https://[x?key=s3cret",
        "https://me:s3cret@desk.example\u2100/a",
    ],
)
def test_what_is_no_address_is_refused_without_its_words(url: str) -> None:
    with pytest.raises(ValueError, match="expected an address such as") as wrong:
        asked_at(url)
    assert url not in str(wrong.value)
