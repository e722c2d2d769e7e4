"""Hold a connector to what it promises of acts: messages, moves and files in a case."""

from collections.abc import Awaitable, Iterator, Sequence
from dataclasses import replace

import pytest

from connectors.contract.capabilities import Idempotency
from connectors.contract.connector import (
    Attaches,
    Call,
    Connector,
    Move,
    Moves,
    Saying,
    Says,
    Upload,
)
from connectors.contract.errors import NotFound, Rejected
from connectors.contract.lifecycle import Status
from connectors.contract.query import Child, Selection
from connectors.contract.records import Attachment, Complaint, Visibility
from connectors.testing.asking import assert_raises, assert_refused, call
from connectors.testing.subject import Subject, needs

_SAFE = frozenset({Idempotency.KEY, Idempotency.SEARCH})
_UNKNOWN = "999999999"


class ActPromises(Subject):
    """One test for each promise of `say`, `move` and `attach`."""

    def acts(self, connector: Connector, source_id: str, call: Call) -> Iterator[Awaitable[None]]:
        """One of each act that is declared, to be awaited, in the case `source_id`."""
        capabilities = connector.capabilities
        if capabilities.says is not None and isinstance(connector, Says):
            for visibility in sorted(capabilities.says.visibilities):
                yield connector.say(source_id, self.saying(visibility), key="act-1", call=call)
        if capabilities.moves and isinstance(connector, Moves):
            for status in sorted(capabilities.moves):
                yield connector.move(source_id, Move(status), key="act-2", call=call)
        if capabilities.attaches is not None and isinstance(connector, Attaches):
            yield connector.attach(source_id, self.upload(), key="act-3", call=call)

    async def test_acts_in_an_unknown_case_are_not_found(self, connector: Connector) -> None:
        declared = connector.capabilities
        needs(declared.says or declared.moves or declared.attaches, "an act")
        for acting in self.acts(connector, _UNKNOWN, call()):
            await assert_raises(NotFound, acting, "an act in a case that is not there was taken")

    async def test_a_public_message_is_read_by_everybody(self, connector: Connector) -> None:
        says = _says(connector, Visibility.PUBLIC)
        saying, case = self.saying(Visibility.PUBLIC), self.acted_on()
        before = await self._said(connector, case, saying, internal=False)
        await says.say(case, saying, key="key-1", call=call())
        for internal in (False, True):
            after = await self._said(connector, case, saying, internal=internal)
            assert after == before + 1, "a public message is not read by everybody, word for word"

    async def test_an_internal_message_is_read_only_by_whoever_may(
        self, connector: Connector
    ) -> None:
        says = _says(connector, Visibility.INTERNAL)
        saying, case = self.saying(Visibility.INTERNAL), self.acted_on()
        before = await self._said(connector, case, saying, internal=True)
        await says.say(case, saying, key="key-1", call=call())
        read = await self._said(connector, case, saying, internal=True)
        assert read == before + 1, "an internal message is lost, or became a public one"
        leaked = [body for body, _ in await self._messages(connector, case, internal=False)]
        assert saying.body not in leaked, "an internal message is read by everybody"

    async def test_the_same_message_again_adds_nothing(self, connector: Connector) -> None:
        declared = connector.capabilities.says
        needs(declared and declared.idempotency in _SAFE, "a message that is safe to repeat")
        assert declared is not None
        case = self.acted_on()
        for visibility in sorted(declared.visibilities):
            says = _says(connector, visibility)
            saying = self.saying(visibility)
            before = await self._said(connector, case, saying, internal=True)
            for _ in range(2):
                await says.say(case, saying, key=f"key-1-{visibility}", call=call())
            after = await self._said(connector, case, saying, internal=True)
            assert after == before + 1, "the same message under the same key was added again"
            # Where only a search tells attempts apart, the same words are the same message.
            searched = declared.idempotency is Idempotency.SEARCH
            other = replace(saying, body=f"{saying.body} – 2") if searched else saying
            count = await self._said(connector, case, other, internal=True)
            await says.say(case, other, key=f"key-2-{visibility}", call=call())
            after = await self._said(connector, case, other, internal=True)
            assert after == count + 1, "another message under another key was lost"

    async def test_a_message_of_an_undeclared_visibility_is_refused(
        self, connector: Connector
    ) -> None:
        declared = connector.capabilities.says
        needs(declared, "a message")
        assert declared is not None
        undeclared = set(Visibility) - declared.visibilities
        needs(undeclared, "a visibility too few")
        assert isinstance(connector, Says)
        for visibility in undeclared:
            saying = connector.say(
                self.acted_on(), self.saying(visibility), key="key-1", call=call()
            )
            await assert_refused(saying, f"a message {visibility}")

    async def test_a_moved_case_stands_where_it_was_put(self, connector: Connector) -> None:
        moves = _moves(connector)
        for status in sorted(connector.capabilities.moves):
            case = self.movable(status)
            await moves.move(case, Move(status, reason="motif"), key=f"to-{status}", call=call())
            found = await self._case(connector, case, Selection())
            assert found.status is status, f"a case put to {status} stands at {found.status}"

    async def test_moving_a_case_where_it_stands_is_harmless(self, connector: Connector) -> None:
        moves = _moves(connector)
        for status in sorted(connector.capabilities.moves):
            case = self.movable(status)
            for key in (f"1-{status}", f"1-{status}", f"2-{status}"):
                await moves.move(case, Move(status), key=key, call=call())
                found = await self._case(connector, case, Selection())
                assert found.status is status, f"put to {status} twice, stands at {found.status}"

    async def test_a_move_to_an_undeclared_status_is_refused(self, connector: Connector) -> None:
        moves = _moves(connector)
        undeclared = set(Status) - connector.capabilities.moves
        needs(undeclared, "a status too few")
        for status in sorted(undeclared):
            case = self.acted_on()
            await assert_refused(
                moves.move(case, Move(status), key="key-1", call=call()), f"a move to {status}"
            )

    async def test_an_attached_file_is_listed(self, connector: Connector) -> None:
        attaches, _ = _attaches(connector)
        upload, case = self.upload(), self.acted_on()
        before = await self._kept(connector, case, upload)
        await attaches.attach(case, upload, key="key-1", call=call())
        after = await self._kept(connector, case, upload)
        assert after == before + 1, "a file is not listed with its name, type and size"

    async def test_the_same_file_again_adds_nothing(self, connector: Connector) -> None:
        declared = connector.capabilities.attaches
        needs(declared and declared.idempotency in _SAFE, "a file that is safe to repeat")
        attaches, _ = _attaches(connector)
        upload, case = self.upload(), self.acted_on()
        before = await self._kept(connector, case, upload)
        for _ in range(2):
            await attaches.attach(case, upload, key="key-1", call=call())
        after = await self._kept(connector, case, upload)
        assert after == before + 1, "the same file under the same key was added again"
        other = replace(upload, name=f"2-{upload.name}")
        await attaches.attach(case, other, key="key-2", call=call())
        assert await self._kept(connector, case, other) == 1, "another file was lost"

    async def test_a_file_that_is_too_large_is_rejected(self, connector: Connector) -> None:
        attaches, max_bytes = _attaches(connector)
        large = replace(self.upload(), content=bytes(max_bytes + 1))
        case = self.acted_on()
        await assert_raises(
            Rejected,
            attaches.attach(case, large, key="key-1", call=call()),
            f"{max_bytes + 1} bytes were taken, and {max_bytes} are declared",
        )
        assert not await self._kept(connector, case, large), "a file was rejected, and kept"

    async def _said(
        self, connector: Connector, case: str, saying: Saying, *, internal: bool
    ) -> int:
        """How often `saying` is read, with its words and its visibility."""
        told = await self._messages(connector, case, internal=internal)
        return told.count((saying.body, saying.visibility))

    async def _messages(
        self, connector: Connector, case: str, *, internal: bool
    ) -> Sequence[tuple[str, Visibility]]:
        selection = Selection(children=frozenset({Child.MESSAGES}), internal=internal)
        found = await self._case(connector, case, selection)
        return [(message.body, message.visibility) for message in found.messages or ()]

    async def _kept(self, connector: Connector, case: str, upload: Upload) -> int:
        """How often `upload` is listed, with its name, type and size."""
        selection = Selection(children=frozenset({Child.ATTACHMENTS}))
        found = await self._case(connector, case, selection)
        told = [_described(attachment) for attachment in found.attachments or ()]
        return told.count((upload.name, upload.media_type, len(upload.content)))

    async def _case(self, connector: Connector, case: str, selection: Selection) -> Complaint:
        found = await self.as_it_stands(connector, case, selection)
        if found is None:
            pytest.skip("what is done in a case cannot be read back; see `as_it_stands`")
        return found


def _says(connector: Connector, visibility: Visibility) -> Says:
    declared = connector.capabilities.says
    needs(declared and visibility in declared.visibilities, f"a message {visibility}")
    assert isinstance(connector, Says), "messages are declared, but not there"
    return connector


def _moves(connector: Connector) -> Moves:
    needs(connector.capabilities.moves, "a move")
    assert isinstance(connector, Moves), "moves are declared, but not there"
    return connector


def _attaches(connector: Connector) -> tuple[Attaches, int]:
    declared = connector.capabilities.attaches
    needs(declared, "a file")
    assert declared is not None
    assert isinstance(connector, Attaches), "files are declared, but not there"
    return connector, declared.max_bytes


def _described(attachment: Attachment) -> tuple[str | None, str | None, int | None]:
    return attachment.name, attachment.media_type, attachment.bytes
