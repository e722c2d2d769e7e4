"""Of HTML the text is kept, whatever a page holds, in a time that grows as its length does."""

from time import process_time

import pytest

from connectors.rest.html_text import LONGEST, text_of_html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Un&nbsp;trou <b>énorme</b></p><p>rue&#39;s</p>", "Un trou énorme\n\nrue's"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<ul><li>a</li><li> b </li></ul>", "- a\n- b"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("<script>alert(1)</script><style>p{}</style>x", "x"),
        ("<SCRIPT>alert('<p>')</SCRIPT>y", "y"),
        ("a\n   b\t c", "a b c"),
        ("1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2"),
        ("<pre>a\n  b</pre>", "a\nb"),
        ("<img src=x onerror=alert(1)>hi <!-- secret -->", "hi"),
        ("<p>مرحبا<br>بكم</p>", "مرحبا\nبكم"),
        ("plain, 2 < 3", "plain, 2 < 3"),
        ("<div>a</div>\n</div>\n<div>b</div>", "a\nb"),
        ("<!DOCTYPE html><?xml?><p>a</p><![endif]></ x></>b", "a\n\nb"),
        ("<a title='x > y'>a</a> <a title=don't>b</a> <a b='>c", "a b c"),
        ("a<!-->b<!-- c --!>d<!-- e", "abd"),
        ("<script/>a<script>b</script >c<style>d", "ac"),
        ("one <b and no more", "one <b and no more"),
        ("&#00000000065;&#x41;&eacute;&#99999999;&zzz;", "AAé\ufffd&zzz;"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
    ],
)
def test_the_text_of_html_is_kept(html: str, text: str) -> None:
    assert text_of_html(html) == text


def test_of_endless_html_the_beginning_is_read() -> None:
    assert len(text_of_html("<p>x" * LONGEST)) <= LONGEST


def test_an_image_that_the_end_cuts_through_is_no_text() -> None:
    assert text_of_html("<p>a</p><img src='" + "x" * LONGEST) == "a"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<![\u00a0>a", "a"),
        ("<![x[ y ]>a", "a"),
        ("&#" + "9" * 5000 + ";a", "\ufffda"),
        ("&#" + "0" * 5000 + "65;a", "Aa"),
    ],
)
def test_what_no_page_should_hold_is_read_too(html: str, text: str) -> None:
    assert text_of_html(html) == text


@pytest.mark.long
@pytest.mark.parametrize(
    "sign",
    [
        "\u00a0", "<b> ", "<p>", "<li>", "<a ", "<a", "<a x='", '<a ="', "<a =", "</", "<!", "<?",
        "<!--", "<![CDATA[", "<script>", "</script", "<", "&", "&#9", " ", "\n",
    ],
)  # fmt: skip
def test_a_page_eight_times_as_long_takes_about_eight_times_as_long(sign: str) -> None:
    def least(length: int) -> float:
        page = (sign * length)[:length]
        taken = []
        for _ in range(3):
            began = process_time()
            text_of_html(page)
            taken.append(process_time() - began)
        return min(taken)

    # Sixty-four times, if each sign were looked at from each other.
    assert least(8 * 8_000) < 24 * max(least(8_000), 0.001)
