"""GraphiQL opens at the graph's address, and asks no other host for anything."""

import re
from base64 import b64encode
from hashlib import sha384
from html.parser import HTMLParser
from pathlib import Path

import pytest
from graphql import OperationType
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from gateway.execution import GraphQLView, ide
from gateway.execution.accept import HTML, JSON
from gateway.execution.documents import Documents
from schema.build import build
from tests.clients import toy
from tests.gateway.execution.asking import refusal

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


class Page(HTMLParser):
    """The elements of a page that load something, and the scripts written into it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[tuple[str, str | None]] = []
        self.inline: list[str | None] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if address := given.get("src") or given.get("href"):
            self.loads.append((address, given.get("integrity")))
        elif tag == "script":
            self.inline.append(given.get("type"))


def test_a_browser_gets_the_page(client: TestClient) -> None:
    response = client.get("/graphql", headers={"Accept": BROWSER})

    assert response.headers["content-type"] == f"{HTML}; charset=utf-8"
    assert response.headers["vary"] == "Accept"
    assert "<title>GraphiQL" in response.text


def test_everything_the_page_loads_is_here_and_what_its_digest_says(client: TestClient) -> None:
    page = Page(client.get("/graphql", headers={"Accept": HTML}).text)
    assert page.loads.pop(0) == ("data:,", None)

    for address, integrity in page.loads:
        response = client.get(f"/{address}")
        assert response.status_code == 200, address
        assert f"sha384-{b64encode(sha384(response.content).digest()).decode()}" == integrity
        assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert response.headers["x-content-type-options"] == "nosniff"
        kind = "text/css" if ".css?" in address else "text/javascript"
        assert response.headers["content-type"] == f"{kind}; charset=utf-8"
    assert [re.sub(r"\?.*", "", address) for address, _ in page.loads] == [
        "graphql/ide/react.production.min.js",
        "graphql/ide/react-dom.production.min.js",
        "graphql/ide/graphiql.min.css",
        "graphql/ide/graphiql.min.js",
        "graphql/ide/page.css",
        "graphql/ide/page.js",
    ]


def test_the_page_may_load_and_run_nothing_from_elsewhere(client: TestClient) -> None:
    response = client.get("/graphql", headers={"Accept": HTML})

    assert response.headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src data:; img-src data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert Page(response.text).inline == ["application/json"]
    assert "//" not in re.sub(r'integrity="[^"]*"|\?[^"]*"', "", response.text)


def test_our_own_files_name_no_host() -> None:
    for name in ("page.js", "page.css"):
        assert "://" not in (Path(ide.__file__).parent / name).read_text("utf-8")


def test_the_stylesheets_of_others_name_no_host(client: TestClient) -> None:
    assert not re.search(r"url\(['\"]?(?!data:)", client.get("/graphql/ide/graphiql.min.css").text)


@pytest.mark.parametrize("name", ["fetch.umd.js", "__init__.py", "..%2F__init__.py", ""])
def test_nothing_else_is_served_beside_the_page(client: TestClient, name: str) -> None:
    assert client.get(f"/graphql/ide/{name}").status_code == 404


def test_its_examples_can_be_asked_of_the_graph() -> None:
    documents = Documents(build()._schema)

    for example in ide.examples():
        assert documents.get(example).operation_type(None) is OperationType.QUERY
    assert len(ide.examples()) == 3


def test_behind_a_prefix_the_page_finds_its_files() -> None:
    view = GraphQLView(toy.schema(), toy.make_context, path="/api/graphql")
    client = TestClient(Starlette(routes=[Mount("/city", routes=view.routes)]))
    page = Page(client.get("/city/api/graphql", headers={"Accept": HTML}).text)

    for address, _ in page.loads[1:]:
        assert client.get(f"/city/api/{address}").status_code == 200


def test_a_program_that_accepts_anything_gets_no_page(client: TestClient) -> None:
    response = client.get("/graphql", params={"query": "{hello}"}, headers={"Accept": "*/*"})

    assert response.headers["content-type"] == f"{JSON}; charset=utf-8"


def test_without_the_page_a_browser_is_told_what_is_missing() -> None:
    view = GraphQLView(toy.schema(), toy.make_context, ide=False)
    client = TestClient(Starlette(routes=view.routes))

    response = client.get("/graphql", headers={"Accept": BROWSER})

    assert refusal(response)[0] == 400
    assert client.get("/graphql/ide/page.js").status_code == 404
