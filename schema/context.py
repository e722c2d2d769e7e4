"""What a resolver of the graph is given with every request."""

from dataclasses import dataclass
from datetime import datetime

import msgspec
import strawberry

from resolvers.acts import Acts
from resolvers.advice.advice import Advice
from resolvers.agencies import Agencies
from resolvers.batching import Loaders
from resolvers.code_links import CodeLinks
from resolvers.complainants import Complainants
from resolvers.complaints import Complaints
from resolvers.confirming import Confirming
from resolvers.deliveries import Deliveries
from resolvers.figures import TellsFigures
from resolvers.filing import Filings
from resolvers.letters import Letters
from resolvers.opening import OpenedCase
from resolvers.own import OwnCases
from resolvers.policy import Viewer
from resolvers.replacing import Replacing
from resolvers.stopping import Stopping
from resolvers.uploads.receiving import Receiving
from resolvers.uploads.serving import Files
from resolvers.watching import Watching
from resolvers.wording import Language


@dataclass(frozen=True, slots=True)
class PageLimits:
    """How long a page may be."""

    default: int
    """What `first` is if it is not said."""
    most: int


class Context(msgspec.Struct, frozen=True):
    """One request: who asks, until when, and whom to ask."""

    viewer: Viewer
    caller: str | None
    """The address the request came from, as far as known; of an IPv6 address the
    network. Only for counting wrong codes and filings."""
    deadline: float
    """Loop time by which the answer has to be there."""
    known_until: float
    """Loop time at which what showed who asks is no longer in force; infinite if that never ends."""
    now: datetime
    """When the request arrived, in UTC; the same for everything in it."""
    language: Language
    """In which people are told things."""
    pages: PageLimits
    complaints: Complaints
    agencies: Agencies
    own: OwnCases
    replacing: Replacing
    complainants: Complainants
    filings: Filings
    acts: Acts
    advice: Advice
    watching: Watching
    deliveries: Deliveries
    confirming: Confirming
    receiving: Receiving
    figures: TellsFigures
    files: Files
    code_links: CodeLinks
    letters: Letters
    stopping: Stopping
    loaders: Loaders
    opened: OpenedCase | None = None
    """The case that was opened by its code in a browser in which nobody is signed in."""

    def code_of(self, reference: str | None, given: str | None) -> str | None:
        """The tracking code that goes with what was typed: that which was given, or the opened."""
        if given is not None or reference is None or self.opened is None:
            return given
        return self.opened.code_of(reference)


Info = strawberry.Info[Context, None]
