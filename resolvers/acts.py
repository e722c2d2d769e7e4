"""Do acts in cases that passed the gateway: who may, whether the state allows it, then durably."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from connectors.contract.changes import Change, Changed, Doing, Standing, Unfiled
from connectors.contract.errors import ConnectorError
from connectors.contract.ledger import FIRST_GENERATION, KeyReused, ReferenceTaken
from connectors.contract.lifecycle import OPEN
from connectors.contract.query import EVERYTHING
from connectors.contract.records import (
    STORE,
    Complaint,
    Mode,
    utc_now,
)
from connectors.contract.uploads import UploadsTaken
from resolvers.asking import Authority
from resolvers.bykey import ByKey, Held, meant_by
from resolvers.clock import USUAL, ClockPolicy, due_at
from resolvers.deadline import store_given_up_at
from resolvers.idempotency import check_key
from resolvers.lettering import NO_LETTERS, Lettering
from resolvers.lifecycle import AT_ONCE, HandOverPolicy, Request, decide
from resolvers.opening import Opening
from resolvers.outcome import Refusal
from resolvers.outgoing import NotTaken, outgoing
from resolvers.policy import Viewer
from resolvers.ports import Ledger
from resolvers.receipt import draw_reference, read_reference
from resolvers.refusing import UNKNOWN, conflict, other_desk, problems_of, problems_upon, told
from resolvers.registry import Registry
from resolvers.sides import side_of
from resolvers.transfer import passed_on
from resolvers.uploads.claiming import GONE, Claimed, Claiming, instead_of_words
from resolvers.wording import Problem, Sentence

_DRAWS: Final = 8
_SCOPE: Final = "acts"


@dataclass(frozen=True, slots=True)
class Which:
    """The case that is meant: by its reference as it was typed, or by its global id."""

    reference: str | None = None
    tracking_code: str | None = None
    """Whoever gives it with the reference acts as the complainant."""
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What became of an act."""

    problems: tuple[Problem, ...] = ()
    """Why nothing was done; empty if it was."""

    @property
    def found(self) -> bool:
        """Whether there is a case in which the viewer may do this, as far as it was looked."""
        return UNKNOWN not in self.problems


class Acts:
    """Does acts, in cases of the store and in those that agencies' systems hold."""

    def __init__(
        self,
        ledger: Ledger,
        opening: Opening,
        registry: Registry,
        by_key: ByKey,
        claiming: Claiming,
        clock: ClockPolicy = USUAL,
        hand_over: HandOverPolicy = AT_ONCE,
        lettering: Lettering = NO_LETTERS,
    ) -> None:
        """Act in the cases of `ledger`, which `opening` opens to whoever has a tracking code.

        Cases that were never filed here are read `by_key` before they are taken into the ledger;
        what the systems of `registry` are to hear is stored with each act, and the files that
        `claiming` finds for it.
        """
        self._ledger = ledger
        self._opening = opening
        self._registry = registry
        self._by_key = by_key
        self._claiming = claiming
        self._clock = clock
        self._hand_over = hand_over
        self._lettering = lettering

    async def do(
        self,
        viewer: Viewer,
        which: Which,
        request: Request,
        *,
        key: str,
        expected_version: int | None = None,
        caller: str | None = None,
        deadline: float,
    ) -> Done:
        """Do `request` in the case, unless its version is another than the expected one.

        The same viewer, key, act and content are done once. Raises `Refusal` for a key that is
        unfit or was used for something else, `TooManyAttempts`, and `ConnectorError` if the store
        fails.
        """
        check_key(viewer, key)
        problems = (*problems_of_which(which), *problems_of(request, self._registry))
        files = await self._claiming.find(request.uploads, deadline=deadline)
        if problems or files.problems:
            return Done((*problems, *files.problems))
        opened = which.tracking_code is not None
        said = _with_words(request)

        def decided(standing: Standing) -> Change | tuple[Problem, ...]:
            return self._decided(viewer, said, files, standing, expected_version, opened=opened)

        other = None if request.original is None else read_reference(request.original)
        doing = Doing(request.act, viewer.subject, key, _content(request, files), other)
        for _ in range(_DRAWS):
            case = await self._case(which, caller, deadline)
            if case is None:
                return Done((UNKNOWN,))
            try:
                async with store_given_up_at(deadline):
                    did = await self._ledger.change(case, doing, decided)
            except KeyReused as error:
                raise Refusal(str(error)) from error
            except ReferenceTaken:
                continue
            except UploadsTaken:
                return Done((GONE,))
            if isinstance(did, Changed):
                return Done()
            return Done(did if did is not None else (UNKNOWN,))
        raise RuntimeError(f"no free reference in {_DRAWS} draws: the number space is exhausted")

    def _decided(
        self,
        viewer: Viewer,
        request: Request,
        files: Claimed,
        standing: Standing,
        expected_version: int | None,
        *,
        opened: bool,
    ) -> Change | tuple[Problem, ...]:
        """What `viewer` does to a case that stands like that, or why nothing is done."""
        side = side_of(viewer, request.act, standing, opened=opened)
        if side is None:
            # Whether there is such a case is not told to whoever may not act in it.
            return (UNKNOWN,)
        if expected_version is not None and expected_version != standing.version:
            return (conflict(standing, expected_version),)
        if unfit := tuple(problems_upon(viewer, request, standing)):
            return unfit
        done = decide(request, side, standing, utc_now(), self._clock, self._hand_over)
        if not isinstance(done, Change):
            return (told(done, standing),)
        done = self._lettering.tells(_with_files(done, files))
        return self._with_outgoing(done, standing)

    async def _case(
        self, which: Which, caller: str | None, deadline: float
    ) -> str | Unfiled | None:
        """The case that is meant, as the ledger knows it; None if there is none."""
        if which.id is not None:
            return await self._by_id(which.id, deadline)
        typed = which.reference or ""
        if which.tracking_code is None:
            return read_reference(typed)
        row = await self._opening.open(typed, which.tracking_code, caller=caller, deadline=deadline)
        return None if row is None else row.reference

    async def _by_id(self, global_id: str, deadline: float) -> str | Unfiled | None:
        meant = meant_by(global_id)
        if not isinstance(meant, Held):
            return meant
        if meant.source == STORE:
            return self._unfiled(meant, None)
        authority = Authority(_SCOPE, deadline)
        found = await self._by_key.read([meant], EVERYTHING, authority, deadline=deadline)
        told = found.get(meant)
        if isinstance(told, ConnectorError):
            raise told
        return told if told is None else told.reference or self._unfiled(meant, told)

    def _unfiled(self, held: Held, told: Complaint | None) -> Unfiled:
        reference = draw_reference()
        codes = self._opening.codes
        code_hash = codes.hash(reference, codes.derive(reference, FIRST_GENERATION))
        due = None
        if told is not None and told.created_at is not None and told.status in OPEN:
            due = due_at(told.created_at, told.kind, self._clock)
        return Unfiled(held.source, held.source_id, reference, code_hash, told, due)

    def _with_outgoing(self, change: Change, standing: Standing) -> Change | tuple[Problem, ...]:
        """`change` with what another system that holds the case, or is to, hears of it."""
        if change.agency_code is not None:
            here = self._registry.system(standing.source)
            return passed_on(change, standing, here, self._registry.system_of(change.agency_code))
        if standing.mode is Mode.OWN:
            return change
        source = self._registry.system_for(standing.source, standing.agency_code)
        if source is None:
            return change
        heard = outgoing(change, source)
        if isinstance(heard, NotTaken):
            return (other_desk(standing, source.id),)
        return replace(change, outgoing=heard)


def _content(request: Request, files: Claimed) -> Mapping[str, Any]:
    # Of files their contents: what is sent anew for a repetition is the same.
    given = asdict(request) | {"act": None, "uploads": None, "files": files.digests or None}
    return {name: value for name, value in given.items() if value is not None}


def _with_words(request: Request) -> Request:
    """`request` with a sentence where files speak for themselves."""
    if (request.text or "").strip() or not request.uploads:
        return request
    return replace(request, text=instead_of_words(Sentence.SEE_FILES, request.language))


def _with_files(change: Change, files: Claimed) -> Change:
    """`change` with what came with its message or answer."""
    message = None if change.message is None else change.message.id
    decision = None if change.decision is None else change.decision.id
    attachments = files.attachments(change.at, change.author, message=message, decision=decision)
    return replace(change, attachments=attachments)


def problems_of_which(which: Which) -> Iterator[Problem]:
    """What is wrong with how the case is named."""
    if (which.id is None) == (which.reference is None):
        sentence = Sentence.NO_CASE_MEANT if which.id is None else Sentence.CASE_MEANT_TWICE
        yield Problem("INVALID", sentence, ("case",))
    if which.id is not None and which.tracking_code is not None:
        yield Problem("INVALID", Sentence.CODE_WITHOUT_REFERENCE, ("case", "trackingCode"))
