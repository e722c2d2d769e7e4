"""Decide by the settings whose tokens are trusted, and who asks without one."""

from typing import Final

from gateway.auth.authenticator import Authenticator
from gateway.auth.browser.browsers import Browsers
from gateway.auth.demonstration import is_embedded_default
from gateway.auth.local import local_issuer
from gateway.auth.published import PublishedKeys
from gateway.auth.tokens import Issuer
from gateway.config.settings import Settings
from gateway.keys import Keys
from resolvers.policy import ANONYMOUS, Role, Viewer

DEMONSTRATION: Final = Viewer(Role.NATIONAL_SUPERVISOR, "demonstration-supervisor")
"""Whoever uses the embedded default on this machine without a token."""


def authenticator_of(settings: Settings, keys: Keys, browsers: Browsers) -> Authenticator:
    """Whoever `settings` lets in, and whoever `browsers` know.

    Only the embedded default trusts tokens of its own and takes whoever shows none for the
    demonstration's supervisor: not in production, and not where people can sign in.
    """
    if (oidc := settings.oidc) is not None:
        published = PublishedKeys(oidc.issuer, keys_url=oidc.keys_url)
        issuer = Issuer(oidc.issuer, oidc.audience, published, oidc.claims)
        return Authenticator([issuer], default=ANONYMOUS, browsers=browsers)
    if is_embedded_default(settings):
        return Authenticator([local_issuer(keys)], default=DEMONSTRATION, browsers=browsers)
    return Authenticator([], default=ANONYMOUS, browsers=browsers)
