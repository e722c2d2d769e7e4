"""Invent complaints by the million, shaped like those of a whole administration."""

from gateway.generating.complaints import generate

__all__ = ["generate"]
