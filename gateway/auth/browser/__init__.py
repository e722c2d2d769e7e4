"""Sign people in by browser: sessions that end here, cookies, and whose requests they make."""

from gateway.auth.browser.browsers import Browsers, Cookies, Person
from gateway.auth.browser.doors import Doors, SignIn
from gateway.auth.browser.opened import sign_in_of

__all__ = ["Browsers", "Cookies", "Doors", "Person", "SignIn", "sign_in_of"]
