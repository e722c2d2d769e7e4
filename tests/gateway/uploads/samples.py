"""Tiny files of every kind that is taken, as phones and programs begin them."""

import struct
import zlib
from base64 import b64decode

_FIRST_FRAME = bytes(400)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )


def png(grey: int = 0) -> bytes:
    """A picture of one pixel, whole and valid."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes([0, grey]))
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", pixels)
        + _chunk(b"IEND", b"")
    )


JPEG = b64decode(
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP////////////////////////////////////////////////////////////"
    "//////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA="
)
GIF = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>"
    b"endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def media(major: bytes, *brands: bytes) -> bytes:
    """The beginning of an ISO base media file, and some content."""
    box = major + struct.pack(">I", 512) + b"".join(brands or (major,))
    return (
        struct.pack(">I", 8 + len(box)) + b"ftyp" + box + struct.pack(">I", 16) + b"mdat" + bytes(8)
    )


def _riff(form: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", 4 + len(form)) + form


def _ogg(packet: bytes) -> bytes:
    page = b"OggS\0\x02" + bytes(8) + struct.pack("<III", 7, 0, 0) + bytes([1, len(packet)])
    return page + packet


_EBML = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08"
WEBM = _EBML + b"\x42\x82\x84webm\x42\x87\x81\x04\x42\x85\x81\x02" + bytes(20)
MATROSKA = _EBML + b"\x42\x82\x88matroska\x42\x87\x81\x04" + bytes(20)
OPUS = _ogg(b"OpusHead\x01\x01" + bytes(9))
AMR = b"#!AMR\n" + b"\x3c" + bytes(31)

TAKEN: dict[str, tuple[bytes, str, str]] = {
    "png": (png(), "p.png", "image/png"),
    "jpeg": (JPEG, "IMG_0001.JPG", "image/jpeg"),
    "jpeg of a camera": (b"\xff\xd8\xff\xe1\0\x10Exif\0\0" + bytes(20), "p.jpeg", "image/jpeg"),
    "gif": (GIF, "g.gif", "image/gif"),
    "webp": (_riff(b"WEBPVP8 " + bytes(20)), "w.webp", "image/webp"),
    "heic": (media(b"heic", b"mif1", b"heic"), "IMG_2.HEIC", "image/heic"),
    "heic by its other brand": (media(b"mif1", b"mif1", b"heic"), "i.heic", "image/heic"),
    "pdf": (PDF, "lettre.pdf", "application/pdf"),
    "mp4": (media(b"isom", b"isom", b"mp42"), "v.mp4", "video/mp4"),
    "mp4 of a recorder": (media(b"mp42", b"isom", b"mp42"), "Voix 001.m4a", "video/mp4"),
    "mov": (media(b"qt  "), "IMG_3.MOV", "video/quicktime"),
    "3gp": (media(b"3gp4", b"isom", b"3gp4"), "v.3gp", "video/3gpp"),
    "m4a": (media(b"M4A ", b"isom"), "memo.m4a", "audio/mp4"),
    "webm": (WEBM, "v.webm", "video/webm"),
    "opus": (OPUS, "PTT-1.opus", "audio/ogg"),
    "vorbis": (_ogg(b"\x01vorbis" + bytes(23)), "a.ogg", "audio/ogg"),
    "amr": (AMR, "a.amr", "audio/amr"),
    "amr-wb": (b"#!AMR-WB\n" + bytes(20), "a.awb", "audio/amr-wb"),
    "wav": (_riff(b"WAVEfmt " + bytes(20)), "a.wav", "audio/wav"),
    "mp3": (b"\xff\xfb\x90\x64" + _FIRST_FRAME, "a.mp3", "audio/mpeg"),
    "mp3 of low rate": (b"\xff\xf3\x40\xc4" + _FIRST_FRAME, "a.mp3", "audio/mpeg"),
    "mp3 with a tag": (b"ID3\x04\0\0\0\0\0\x23TSSE" + bytes(60), "a.mp3", "audio/mpeg"),
    "aac": (b"\xff\xf1\x50\x80\x02\x1f\xfc" + bytes(20), "a.aac", "audio/aac"),
}
"""Content, name, and what it is."""

REFUSED: dict[str, bytes] = {
    "html": b"<!DOCTYPE html><script>alert(1)</script>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "script": b"#!/bin/sh\necho no\n",
    "zip": b"PK\x03\x04" + bytes(40),
    "program": b"MZ\x90\0" + bytes(60),
    "text": b"Bonjour",
    "icon": b"\0\0\x01\0\x01\0" + bytes(20),
    "avi": _riff(b"AVI LIST" + bytes(20)),
    "matroska": MATROSKA,
    "avif": media(b"avif", b"mif1", b"avif"),
    "film in ogg": _ogg(b"\x80theora" + bytes(30)),
    "junk before a pdf": b"\n" + PDF,
    "page before a pdf": b"<html>" + PDF,
    "junk before a jpeg": b"\0" + JPEG,
    "archive before a png": b"PK\x03\x04" + png(),
    "a cut signature": b"\x89PNG\r\n",
    "a png of no picture": b"\x89PNG\r\n\x1a\n<script>alert(1)</script>",
    "brands without an end": b"\xff\xff\xff\xf0ftypisom" + bytes(40),
    "one byte": b"\xff",
}
"""What is not taken, however it is called."""
