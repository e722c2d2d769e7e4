"""The gateway's own store: a source of complaints, the ledger and the mirrors in one database."""

from collections.abc import Callable
from datetime import datetime
from typing import Self

from connectors.contract.records import utc_now
from connectors.store import migrating
from connectors.store.accounts import StoreAccounts
from connectors.store.beats import Beats
from connectors.store.bulk import Bulk
from connectors.store.complainant import Complainants
from connectors.store.connector import StoreConnector
from connectors.store.engine import Engine, OnStatement, open_engine
from connectors.store.feed import StoreFeed
from connectors.store.figures import StoreFigures
from connectors.store.following import StoreFollowing
from connectors.store.ledger import StoreLedger
from connectors.store.letters import StoreLetters
from connectors.store.mirror import Mirror
from connectors.store.notices import Notices
from connectors.store.outbox import StoreOutbox
from connectors.store.reading import Reading
from connectors.store.restored import Restored
from connectors.store.sessions import StoreSessions
from connectors.store.uploads import StoreUploads


class Store:
    """An opened store; make one by `open`."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine = engine
        reading = Reading(engine)
        self.connector = StoreConnector(reading, now)
        """The store as a source."""
        self.ledger = StoreLedger(engine)
        """The cases that passed the gateway."""
        self.complainants = Complainants(engine)
        """Who complains in them."""
        self.accounts = StoreAccounts(engine, reading)
        """What is kept here of those that other systems hold."""
        self.outbox = StoreOutbox(engine)
        """What those systems are still to hear."""
        self.following = StoreFollowing(engine)
        """Which cases they have to be asked for, and what they told."""
        self.restored = Restored(engine)
        """What of that waits in a store that was put back from a backup."""
        self.letters = StoreLetters(engine)
        """What is still to be written to whoever complains."""
        self.mirror = Mirror(engine)
        """Index rows of cases that other systems hold."""
        self.notices = Notices(engine)
        """What had to be told of cases by their clocks."""
        self.figures = StoreFigures(engine)
        """What is counted of all cases for everyone."""
        self.beats = Beats(engine)
        """What the loops of all processes last told."""
        self.sessions = StoreSessions(engine)
        """The sessions of browsers."""
        self.uploads = StoreUploads(engine, reading)
        """What is known of files that people sent."""
        self.feed = StoreFeed(engine)
        """What changed, for whoever watches."""
        self.bulk = Bulk(engine)
        """Many new own cases at once."""

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        now: Callable[[], datetime] = utc_now,
        writes: bool = True,
        on_statement: OnStatement | None = None,
    ) -> Self:
        """Open the database behind `url`; without `writes` a SQLite file is only read.

        Raises `ValueError` for a URL that is none of ours, `SecondWriter` if another process
        writes the SQLite file, and `SourceUnavailable` if the database cannot be reached.
        `on_statement` hears the text of every reading statement.
        """
        return cls(await open_engine(url, writes=writes, on_statement=on_statement), now)

    async def pending_migrations(self) -> list[str]:
        """The names of the migrations still to be run, in their order."""
        return await migrating.pending(self._engine)

    async def last_migration(self) -> str | None:
        """The latest one that this database has seen; None if none."""
        return max(await migrating.applied(self._engine), default=None)

    async def migrate(self, progress: Callable[[str], None] = lambda _line: None) -> None:
        """Run them; `progress` is told a line at the start and the end of each."""
        await migrating.migrate(self._engine, progress=progress)

    async def faults(self) -> list[str]:
        """What an operator must mend before this database can serve, each naming its cure."""
        later = await migrating.unknown(self._engine)
        return [
            *await self._engine.faults(),
            *(
                f"a later version migrated this database ({name}): run that version"
                for name in later
            ),
        ]

    async def aclose(self) -> None:
        """Close the database; twice is harmless."""
        await self._engine.aclose()
