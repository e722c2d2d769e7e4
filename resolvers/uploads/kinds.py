"""Know by its first bytes what a file is; nobody's word for it counts.

Each rule is that of the format's own standard, or of the WHATWG's MIME Sniffing where it has one,
and holds from the first byte: a file with anything in front of what it is said to be is of no kind.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

HEAD_BYTES: Final = 512
"""As many decide; of a shorter file all."""


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file that is taken."""

    media_type: str
    suffixes: tuple[str, ...]
    """What the names of such files end in, the usual one first."""


JPEG: Final = FileKind("image/jpeg", (".jpg", ".jpeg", ".jfif"))
PNG: Final = FileKind("image/png", (".png",))
GIF: Final = FileKind("image/gif", (".gif",))
WEBP: Final = FileKind("image/webp", (".webp",))
HEIC: Final = FileKind("image/heic", (".heic", ".heif"))
PDF: Final = FileKind("application/pdf", (".pdf",))
MP4: Final = FileKind("video/mp4", (".mp4", ".m4v", ".m4a"))
QUICKTIME: Final = FileKind("video/quicktime", (".mov", ".qt"))
THREE_GP: Final = FileKind("video/3gpp", (".3gp", ".3gpp", ".3g2"))
WEBM: Final = FileKind("video/webm", (".webm", ".weba"))
M4A: Final = FileKind("audio/mp4", (".m4a", ".mp4"))
MP3: Final = FileKind("audio/mpeg", (".mp3",))
AAC: Final = FileKind("audio/aac", (".aac",))
OGG: Final = FileKind("audio/ogg", (".ogg", ".oga", ".opus", ".spx"))
AMR: Final = FileKind("audio/amr", (".amr",))
AMR_WB: Final = FileKind("audio/amr-wb", (".awb", ".amr"))
WAV: Final = FileKind("audio/wav", (".wav",))


def kind_of(head: bytes) -> FileKind | None:
    """What the file that begins with `head` is; None for what is not taken."""
    return next((kind for kind, begins in _KINDS if begins(head)), None)


def is_recording(media_type: str) -> bool:
    """Whether a file of that type is something that somebody said, or filmed."""
    return media_type.startswith(("audio/", "video/"))


def _jpeg(head: bytes) -> bool:
    return head.startswith(b"\xff\xd8\xff") and len(head) > 3 and head[3] >= 0xC0  # noqa: PLR2004


def _png(head: bytes) -> bool:
    return head.startswith(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")


def _gif(head: bytes) -> bool:
    return head.startswith((b"GIF87a", b"GIF89a"))


def _pdf(head: bytes) -> bool:
    return head.startswith((b"%PDF-1.", b"%PDF-2."))


def _webp(head: bytes) -> bool:
    return _riff(head, b"WEBP") and head[12:16] in {b"VP8 ", b"VP8L", b"VP8X"}


def _wav(head: bytes) -> bool:
    return _riff(head, b"WAVE")


def _riff(head: bytes, form: bytes) -> bool:
    return head.startswith(b"RIFF") and head[8:12] == form


def _brands(head: bytes) -> tuple[bytes, ...]:
    """Those of an ISO base media file, ISO/IEC 14496-12 section 4.3: the major one, then the others."""
    size = int.from_bytes(head[:4])
    if head[4:8] != b"ftyp" or size % 4 or not 16 <= size <= len(head):  # noqa: PLR2004
        return ()
    return (head[8:12], *(head[at : at + 4] for at in range(16, size, 4)))


_STILL: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"})
_ANY_STILL: Final = frozenset({b"mif1", b"msf1"})
"""What some telephones put first, with what it really is among the other brands."""
_MOVING: Final = frozenset(
    {b"isom", b"mp41", b"mp42", b"mp71", b"avc1", b"M4V ", b"MSNV", b"dash", b"mmp4"}
    | {b"iso%d" % number for number in range(2, 10)}
)
_SPOKEN: Final = frozenset({b"M4A ", b"M4B "})


def _heic(head: bytes) -> bool:
    brands = _brands(head)
    return bool(brands) and (
        brands[0] in _STILL or (brands[0] in _ANY_STILL and not _STILL.isdisjoint(brands))
    )


def _of_major_brand(fits: Callable[[bytes], bool]) -> Callable[[bytes], bool]:
    def begins(head: bytes) -> bool:
        brands = _brands(head)
        return bool(brands) and fits(brands[0])

    return begins


def _webm(head: bytes) -> bool:
    # EBML, RFC 8794: the DocType is an element of the header, which lies in the first bytes.
    return head.startswith(b"\x1a\x45\xdf\xa3") and b"\x42\x82\x84webm" in head[:64]


def _ogg(head: bytes) -> bool:
    # RFC 3533: the first page holds the codec's first packet, behind a table of one length.
    return head.startswith(b"OggS\0") and head[28:].startswith(
        (b"OpusHead", b"\x01vorbis", b"Speex  ")
    )


def _amr(head: bytes) -> bool:
    return head.startswith(b"#!AMR\n")


def _amr_wb(head: bytes) -> bool:
    return head.startswith(b"#!AMR-WB\n")


def _mp3(head: bytes) -> bool:
    if head.startswith(b"ID3"):
        # Written by its tag's version and flags, of which no number is 255.
        return len(head) >= 10 and head[3] in {2, 3, 4} and max(head[6:10]) < 0x80  # noqa: PLR2004
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:  # noqa: PLR2004
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bitrate, rate = head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and layer == 1 and bitrate not in {0, 15} and rate != 3  # noqa: PLR2004


def _aac(head: bytes) -> bool:
    # ADTS, ISO/IEC 13818-7: twelve bits of one, layer 0, one of thirteen rates.
    return (
        len(head) >= 7  # noqa: PLR2004
        and head[0] == 0xFF  # noqa: PLR2004
        and head[1] & 0xF6 == 0xF0  # noqa: PLR2004
        and head[2] >> 2 & 15 < 13  # noqa: PLR2004
    )


_KINDS: Final[tuple[tuple[FileKind, Callable[[bytes], bool]], ...]] = (
    (JPEG, _jpeg),
    (PNG, _png),
    (GIF, _gif),
    (WEBP, _webp),
    (HEIC, _heic),
    (PDF, _pdf),
    (M4A, _of_major_brand(_SPOKEN.__contains__)),
    (QUICKTIME, _of_major_brand(b"qt  ".__eq__)),
    (THREE_GP, _of_major_brand(lambda brand: brand[:2] == b"3g")),
    (MP4, _of_major_brand(_MOVING.__contains__)),
    (WEBM, _webm),
    (OGG, _ogg),
    (AMR_WB, _amr_wb),
    (AMR, _amr),
    (WAV, _wav),
    (MP3, _mp3),
    (AAC, _aac),
)

MEDIA_TYPES: Final = tuple(kind.media_type for kind, _ in _KINDS)
"""What is taken."""
