"""A portal gets the names of the graph's words in one question, and keeps them."""

from tests.schema.graph import Graph


async def test_words_have_names_in_four_languages(graph: Graph) -> None:
    asked = "{ labels(kinds: [OUTCOME, STATUS]) { kind code name { ar fr en zgh } } }"
    labels = (await graph.data(asked))["labels"]
    assert [each["kind"] for each in labels] == ["STATUS"] * 12 + ["OUTCOME"] * 8
    (answered,) = (each for each in labels if each["code"] == "ANSWERED")
    assert (answered["name"]["fr"], answered["name"]["ar"]) == ("répondu", "مجاب عنها")
    everything = (await graph.data("{ labels { kind } }"))["labels"]
    assert {each["kind"] for each in everything} == {"STATUS", "ACT", "OUTCOME"}
    assert (await graph.data("{ labels(kinds: []) { code } }"))["labels"] == []
