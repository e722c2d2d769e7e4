"""What a file is, is told by its first bytes alone."""

import pytest

from resolvers.uploads.kinds import HEAD_BYTES, is_recording, kind_of
from tests.gateway.uploads.samples import REFUSED, TAKEN


@pytest.mark.parametrize("name", TAKEN)
def test_what_phones_make_is_known(name: str) -> None:
    content, called, media_type = TAKEN[name]
    kind = kind_of(content[:HEAD_BYTES])
    assert kind is not None
    assert kind.media_type == media_type
    assert called.lower().endswith(kind.suffixes)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_something_else_or_begins_with_something_else_is_of_no_kind(name: str) -> None:
    assert kind_of(REFUSED[name][:HEAD_BYTES]) is None


@pytest.mark.parametrize("name", TAKEN)
def test_with_anything_in_front_it_is_of_no_kind(name: str) -> None:
    content = TAKEN[name][0]
    for junk in (b"\0", b"\n", b"%", b"<script>", b"PK\x03\x04"):
        assert kind_of((junk + content)[:HEAD_BYTES]) is None


def test_no_beginning_of_a_file_breaks_what_looks_at_it() -> None:
    for content, _, _ in TAKEN.values():
        for end in range(min(len(content), 40)):
            kind_of(content[:end])
    assert kind_of(b"") is None


def test_sound_and_film_are_recordings() -> None:
    recordings = {name for name, (_, _, kind) in TAKEN.items() if is_recording(kind)}
    assert recordings.isdisjoint({"png", "jpeg", "gif", "webp", "heic", "pdf"})
    assert {"mp4", "mov", "3gp", "m4a", "webm", "opus", "amr", "wav", "mp3", "aac"} <= recordings
