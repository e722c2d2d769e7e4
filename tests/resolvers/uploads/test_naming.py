"""A file is called as it was, as far as that is safe."""

import pytest

from resolvers.uploads.kinds import JPEG, PDF
from resolvers.uploads.naming import file_name


@pytest.mark.parametrize(
    ("typed", "called"),
    [
        ("IMG_0001.JPG", "IMG_0001.JPG"),
        ("صورة التسرب.jpeg", "صورة التسرب.jpeg"),
        ("été 👩🏽.jpg", "été 👩🏽.jpg"),
        ("e\u0301te\u0301.jpg", "été.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("..\\..\\boot.ini", "boot.ini.jpg"),
        ("C:\\fakepath\\photo.jpg", "photo.jpg"),
        ("/", "file.jpg"),
        ("..", "file.jpg"),
        ("", "file.jpg"),
        (".htaccess", "htaccess.jpg"),
        (".jpg", "jpg.jpg"),
        ("photo\u202egpj.exe", "photogpj.exe.jpg"),
        ("a\u2066b\u200fc\u200bd.jpg", "abcd.jpg"),
        ("a\0b\r\nSet-Cookie: x.jpg", "ab Set-Cookie_ x.jpg"),
        ('"><img src=x onerror=alert(1)>.jpg', "___img src=x onerror=alert(1)_.jpg"),
        ("page.html", "page.html.jpg"),
        ("photo.jpg.exe", "photo.jpg.exe.jpg"),
        ("lettre.pdf", "lettre.pdf.jpg"),
        ("con|pipe?*.jpg", "con_pipe__.jpg"),
        ("x" * 500 + ".jpg", "x" * 120 + ".jpg"),
    ],
)
def test_a_photo_is_called_as_one(typed: str, called: str) -> None:
    assert file_name(typed, JPEG) == called


def test_its_own_suffix_stays_and_another_kinds_does_not_count() -> None:
    assert file_name("Lettre.PDF", PDF) == "Lettre.PDF"
    assert file_name("Lettre.jpg", PDF) == "Lettre.jpg.pdf"


def test_what_was_not_taken_is_named_without_a_kind() -> None:
    assert file_name("../virus\u202e.exe", None) == "virus.exe"
    assert file_name("", None) == "file"
