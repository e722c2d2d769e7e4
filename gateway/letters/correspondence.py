"""What the settings make of letters: whether any are written, and by what they are sent."""

from collections.abc import Callable, Mapping

from connectors.contract.records import Agency, AgencyCode
from gateway.config import Settings
from gateway.keys import Keys
from gateway.letters.composing import Composer
from gateway.letters.posting import Post
from gateway.letters.sending import Queue, Sending
from resolvers.code_links import CodeLinkTokens
from resolvers.lettering import Lettering
from resolvers.stopping import StopTokens


class Correspondence:
    """Letters as far as they stay the same for as long as the program runs."""

    def __init__(self, settings: Settings, keys: Keys) -> None:
        self._mail = settings.mail
        self._site = settings.url or ""
        self.stops = StopTokens(keys.derived("letters"))
        self.code_links = CodeLinkTokens(keys.derived("code links"))
        self.lettering = Lettering(written=settings.mail is not None)

    def sending(
        self, queue: Queue, agencies: Callable[[], Mapping[AgencyCode, Agency]]
    ) -> Sending | None:
        """What sends the letters of `queue`; None where none are sent."""
        if self._mail is None:
            return None
        composer = Composer(
            site=self._site,
            sender=self._mail.sender,
            stops=self.stops,
            code_links=self.code_links,
        )
        return Sending(queue, Post(self._mail), composer, self.stops, agencies)
