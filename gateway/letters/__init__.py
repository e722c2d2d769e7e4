"""Letters to whoever complains: what they say, and how they come to the mail server."""

from gateway.letters.correspondence import Correspondence

__all__ = ["Correspondence"]
