"""Decide who asks: by a token of an issuer that is trusted, or else the viewer of this machine."""

from gateway.auth.authenticator import Authenticator
from gateway.auth.refusals import CannotCheck, Unauthenticated
from gateway.auth.trusted import DEMONSTRATION, authenticator_of

__all__ = [
    "DEMONSTRATION",
    "Authenticator",
    "CannotCheck",
    "Unauthenticated",
    "authenticator_of",
]
