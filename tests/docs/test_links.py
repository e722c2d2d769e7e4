"""A link on a page leads somewhere."""

from pathlib import Path

import pytest

from tests.docs.pages import ROOT, Page, pages


@pytest.mark.parametrize("page", pages(), ids=str)
def test_links_lead_to_what_is_there(page: Page) -> None:
    broken = []
    for link in page.links:
        if "://" in link or link.startswith("mailto:"):
            continue
        name, _, anchor = link.partition("#")
        target = (page.path.parent / name).resolve() if name else page.path
        if (
            not target.exists()
            or not target.is_relative_to(ROOT)
            or (anchor and anchor not in Page(target).anchors)
        ):
            broken.append(link)
    assert not broken, f"{page} links to what is not there: {', '.join(broken)}"


def test_anchors_are_made_of_headings(tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    file.write_text("# One `two`: three's\n\n## 5. Say what went wrong\n", encoding="utf-8")
    assert Page(file).anchors == {"one-two-threes", "5-say-what-went-wrong"}
