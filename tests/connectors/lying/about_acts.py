"""Connectors that lie about what is done in a case: messages, moves and files."""

from contextlib import suppress
from dataclasses import replace

from connectors.contract.capabilities import (
    AttachmentCapability,
    Capabilities,
    Idempotency,
    MessageCapability,
)
from connectors.contract.connector import Call, Move, Saying, Upload
from connectors.contract.errors import NotFound, Rejected
from connectors.contract.lifecycle import Status
from connectors.contract.records import Visibility, utc_now
from connectors.memory import FULL
from tests.connectors.lying.about_verbs import (
    FITTING,
    LATE,
    UNCALLED,
    DeclaresMoreThanItHas,
    LeaksByGet,
    declaring,
    later,
)
from tests.connectors.lying.liar import NOTHING, Liar, Lie

EVERYBODY = frozenset(Visibility)
SAYS, ATTACHES = FULL.says, FULL.attaches
assert SAYS is not None
assert ATTACHES is not None


class Says(Liar):
    """Says something else than it was told."""

    def told(self, saying: Saying) -> Saying:
        raise NotImplementedError

    async def say(self, source_id: str, saying: Saying, *, key: str, call: Call) -> None:
        await super().say(source_id, self.told(saying), key=key, call=call)


class SaysOtherWords(Says):
    def told(self, saying: Saying) -> Saying:
        return replace(saying, body=saying.body.replace("<", "&lt;"))


class SaysEverythingInside(Says):
    def told(self, saying: Saying) -> Saying:
        return replace(saying, visibility=Visibility.INTERNAL)


class SaysEverythingAloud(Says):
    def told(self, saying: Saying) -> Saying:
        return replace(saying, visibility=Visibility.PUBLIC)


class SaysWhatWasNotDeclaredAloud(SaysEverythingAloud):
    promised = replace(FULL, says=replace(SAYS, visibilities=frozenset({Visibility.PUBLIC})))


class SwallowsMessages(Liar):
    async def say(self, source_id: str, saying: Saying, *, key: str, call: Call) -> None:
        self._acts.case(source_id)


class SaysInNoCase(Liar):
    async def say(self, source_id: str, saying: Saying, *, key: str, call: Call) -> None:
        with suppress(NotFound):
            await super().say(source_id, saying, key=key, call=call)


class SaysThoughUndeclared(SwallowsMessages):
    promised = NOTHING

    async def say(self, source_id: str, saying: Saying, *, key: str, call: Call) -> None:
        pass


class SaysTooLate(Liar):
    async def say(self, source_id: str, saying: Saying, *, key: str, call: Call) -> None:
        await super().say(source_id, saying, key=key, call=later(call))


class SaysEachAttempt(Liar):
    attempts = 0

    async def say(self, source_id: str, saying: Saying, *, key: str, call: Call) -> None:
        self.attempts += 1
        await super().say(source_id, saying, key=f"{key}-{self.attempts}", call=call)


class SearchesMessagesInVain(Liar):
    promised = replace(FULL, says=MessageCapability(EVERYBODY, Idempotency.SEARCH))

    async def say(self, source_id: str, saying: Saying, *, key: str, call: Call) -> None:
        never = Idempotency.NONE
        self._acts.say(source_id, saying, key=key, safe_by=never, at=utc_now())


class TakesEveryMessageForOne(Liar):
    async def say(self, source_id: str, saying: Saying, *, key: str, call: Call) -> None:
        await super().say(source_id, saying, key=f"one-{saying.visibility}", call=call)


class Moves(Liar):
    """Moves a case elsewhere than it was told."""

    def told(self, source_id: str, move: Move) -> Move:
        raise NotImplementedError

    async def move(self, source_id: str, move: Move, *, key: str, call: Call) -> None:
        await super().move(source_id, self.told(source_id, move), key=key, call=call)


class MovesToOneState(Moves):
    def told(self, source_id: str, move: Move) -> Move:
        return Move(Status.IN_PROGRESS)


class MovesToTheNearest(MovesToOneState):
    promised = replace(FULL, moves=frozenset({Status.IN_PROGRESS}))


class MovesBackTheSecondTime(Moves):
    def told(self, source_id: str, move: Move) -> Move:
        stands = self._acts.case(source_id).status is move.status
        return Move(Status.REOPENED if stands else move.status)


class MovesNothing(Liar):
    async def move(self, source_id: str, move: Move, *, key: str, call: Call) -> None:
        self._acts.case(source_id)


class MovesInNoCase(Liar):
    async def move(self, source_id: str, move: Move, *, key: str, call: Call) -> None:
        with suppress(NotFound):
            await super().move(source_id, move, key=key, call=call)


class MovesThoughUndeclared(Liar):
    promised = NOTHING

    async def move(self, source_id: str, move: Move, *, key: str, call: Call) -> None:
        pass


class MovesTooLate(Liar):
    async def move(self, source_id: str, move: Move, *, key: str, call: Call) -> None:
        await super().move(source_id, move, key=key, call=later(call))


class Attaches(Liar):
    """Keeps another file than it was given."""

    def told(self, upload: Upload) -> Upload:
        raise NotImplementedError

    async def attach(self, source_id: str, upload: Upload, *, key: str, call: Call) -> None:
        await super().attach(source_id, self.told(upload), key=key, call=call)


class LosesTheNameOfAFile(Attaches):
    def told(self, upload: Upload) -> Upload:
        return replace(upload, name=upload.name.encode("ascii", "replace").decode())


class LosesTheTypeOfAFile(Attaches):
    def told(self, upload: Upload) -> Upload:
        return replace(upload, media_type="application/octet-stream")


class LosesTheEndOfAFile(Attaches):
    def told(self, upload: Upload) -> Upload:
        return replace(upload, content=upload.content[:-1])


class CutsWhatIsTooLarge(Attaches):
    def told(self, upload: Upload) -> Upload:
        return replace(upload, content=upload.content[: ATTACHES.max_bytes])


class KeepsWhatItRejects(Liar):
    async def attach(self, source_id: str, upload: Upload, *, key: str, call: Call) -> None:
        by_key = Idempotency.KEY
        self._acts.attach(source_id, upload, key=key, safe_by=by_key, at=utc_now())
        raise Rejected("too large")


class DropsFiles(Liar):
    async def attach(self, source_id: str, upload: Upload, *, key: str, call: Call) -> None:
        self._acts.case(source_id)


class AttachesInNoCase(Liar):
    async def attach(self, source_id: str, upload: Upload, *, key: str, call: Call) -> None:
        with suppress(NotFound):
            await super().attach(source_id, upload, key=key, call=call)


class AttachesThoughUndeclared(Liar):
    promised = NOTHING

    async def attach(self, source_id: str, upload: Upload, *, key: str, call: Call) -> None:
        pass


class AttachesTooLate(Liar):
    async def attach(self, source_id: str, upload: Upload, *, key: str, call: Call) -> None:
        await super().attach(source_id, upload, key=key, call=later(call))


class AttachesEachAttempt(Liar):
    attempts = 0

    async def attach(self, source_id: str, upload: Upload, *, key: str, call: Call) -> None:
        self.attempts += 1
        await super().attach(source_id, upload, key=f"{key}-{self.attempts}", call=call)


class SearchesFilesInVain(Liar):
    promised = replace(FULL, attaches=AttachmentCapability(ATTACHES.max_bytes, Idempotency.SEARCH))

    async def attach(self, source_id: str, upload: Upload, *, key: str, call: Call) -> None:
        never = Idempotency.NONE
        self._acts.attach(source_id, upload, key=key, safe_by=never, at=utc_now())


class TakesEveryFileForOne(Liar):
    async def attach(self, source_id: str, upload: Upload, *, key: str, call: Call) -> None:
        await super().attach(source_id, upload, key="one", call=call)


def only_declares(name: str, capabilities: Capabilities) -> type[DeclaresMoreThanItHas]:
    return type(name, (DeclaresMoreThanItHas,), {"capabilities": capabilities})


IMPLEMENTED = "test_what_is_declared_is_implemented"
UNKNOWN = "test_acts_in_an_unknown_case_are_not_found"
PUBLIC = "test_a_public_message_is_read_by_everybody"
INTERNAL = "test_an_internal_message_is_read_only_by_whoever_may"
SAID_ONCE = "test_the_same_message_again_adds_nothing"
MOVED = "test_a_moved_case_stands_where_it_was_put"
MOVED_TWICE = "test_moving_a_case_where_it_stands_is_harmless"
KEPT = "test_an_attached_file_is_listed"
KEPT_ONCE = "test_the_same_file_again_adds_nothing"
TOO_LARGE = "test_a_file_that_is_too_large_is_rejected"
FOR_NOBODY = replace(FULL, says=replace(SAYS, visibilities=frozenset()))
OF_NO_SIZE = replace(FULL, attaches=replace(ATTACHES, max_bytes=0))

LIES = (
    Lie(only_declares("OnlyDeclaresMessages", replace(NOTHING, says=SAYS)), IMPLEMENTED),
    Lie(only_declares("OnlyDeclaresMoves", replace(NOTHING, moves=FULL.moves)), IMPLEMENTED),
    Lie(only_declares("OnlyDeclaresFiles", replace(NOTHING, attaches=ATTACHES)), IMPLEMENTED),
    Lie(declaring(FOR_NOBODY, "TakesMessagesForNobody"), FITTING),
    Lie(declaring(OF_NO_SIZE, "TakesFilesOfNoSize"), FITTING),
    Lie(SaysThoughUndeclared, UNCALLED),
    Lie(MovesThoughUndeclared, UNCALLED),
    Lie(AttachesThoughUndeclared, UNCALLED),
    Lie(SaysTooLate, LATE),
    Lie(MovesTooLate, LATE),
    Lie(AttachesTooLate, LATE),
    Lie(SaysInNoCase, UNKNOWN),
    Lie(MovesInNoCase, UNKNOWN),
    Lie(AttachesInNoCase, UNKNOWN),
    Lie(SwallowsMessages, PUBLIC),
    Lie(SaysOtherWords, PUBLIC),
    Lie(SaysEverythingInside, PUBLIC),
    Lie(SwallowsMessages, INTERNAL),
    Lie(SaysOtherWords, INTERNAL),
    Lie(SaysEverythingAloud, INTERNAL),
    Lie(LeaksByGet, INTERNAL),
    Lie(SaysEachAttempt, SAID_ONCE),
    Lie(SearchesMessagesInVain, SAID_ONCE),
    Lie(TakesEveryMessageForOne, SAID_ONCE),
    Lie(
        SaysWhatWasNotDeclaredAloud,
        "test_a_message_of_an_undeclared_visibility_is_refused",
    ),
    Lie(MovesNothing, MOVED),
    Lie(MovesToOneState, MOVED),
    Lie(MovesNothing, MOVED_TWICE),
    Lie(MovesBackTheSecondTime, MOVED_TWICE),
    Lie(MovesToTheNearest, "test_a_move_to_an_undeclared_status_is_refused"),
    Lie(DropsFiles, KEPT),
    Lie(LosesTheNameOfAFile, KEPT),
    Lie(LosesTheTypeOfAFile, KEPT),
    Lie(LosesTheEndOfAFile, KEPT),
    Lie(AttachesEachAttempt, KEPT_ONCE),
    Lie(SearchesFilesInVain, KEPT_ONCE),
    Lie(TakesEveryFileForOne, KEPT_ONCE),
    Lie(CutsWhatIsTooLarge, TOO_LARGE),
    Lie(KeepsWhatItRejects, TOO_LARGE),
)
