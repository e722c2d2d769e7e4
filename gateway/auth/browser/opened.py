"""Decide by the settings how browsers sign in."""

import hmac
from datetime import timedelta
from typing import Final

from gateway.auth.browser.attempt import Attempts
from gateway.auth.browser.browsers import Browsers, Cookies, Person
from gateway.auth.browser.doors import CALLBACK, SignIn
from gateway.auth.browser.provider import Provider
from gateway.auth.browser.secrets import Secrets
from gateway.auth.browser.sessions import KeepsSessions, Lifetime, Sessions
from gateway.auth.browser.site import Site
from gateway.auth.demonstration import demonstration_of
from gateway.auth.published import PublishedKeys
from gateway.auth.tokens import Issuer
from gateway.config.settings import Settings
from gateway.keys import Keys
from resolvers.opening import OpenedCase, Opening

CASE_MINUTES: Final = 30
"""How long a case stays open to the browser that gave its code; people use others' machines."""


def sign_in_of(
    settings: Settings, keys: Keys, *, keeper: KeepsSessions, opening: Opening
) -> SignIn:
    """How `settings` let browsers sign in, with sessions kept at `keeper`."""
    site = Site(settings.url)
    working_time = Lifetime(
        timedelta(minutes=settings.session_idle_minutes), timedelta(hours=settings.session_hours)
    )
    short_time = Lifetime(*[timedelta(minutes=CASE_MINUTES)] * 2)
    key = keys.derived("sessions")
    people = Sessions(Person, keeper, Secrets(key, "person"), working_time)
    cases = Sessions(OpenedCase, keeper, Secrets(key, "case"), short_time)
    return SignIn(
        browsers=Browsers(
            site, Cookies(site, "chikaya", people), Cookies(site, "chikaya-case", cases)
        ),
        attempts=Attempts(hmac.digest(keys.derived("sign-in"), b"attempts", "sha512")),
        provider=_provider_of(settings),
        demonstration=demonstration_of(settings),
        opening=opening,
        deadline_seconds=settings.deadline_seconds,
    )


def _provider_of(settings: Settings) -> Provider | None:
    oidc = settings.oidc
    if oidc is None or oidc.client is None:
        return None
    published = PublishedKeys(oidc.issuer, keys_url=oidc.keys_url)
    issuer = Issuer(oidc.issuer, oidc.client.id, published, oidc.claims)
    return Provider(issuer, oidc.client, back=f"{settings.url}{CALLBACK}")
