"""Do in a described system what can be done there, and look whether it was."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from connectors.contract.connector import Call, Filed, Filing, Move, Saying, Upload
from connectors.contract.errors import BadData, Rejected
from connectors.contract.lifecycle import Status
from connectors.contract.records import Location, Visibility
from connectors.rest.act_options import TOKEN, AttachAct, FileAct, Identified
from connectors.rest.client import Answer, Client
from connectors.rest.mapping import cases_in, id_in
from connectors.rest.options import RestOptions
from connectors.rest.paths import compiled
from connectors.rest.sending import Payload, merged
from connectors.rest.values import TextValue, word_of
from connectors.translate import nothing_sent

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Acting:
    """One source's acts."""

    options: RestOptions
    client: Client

    async def file(self, filing: Filing, key: str, call: Call) -> Filed:
        """Enter a case, unless an earlier attempt is found."""
        act = promised(self.options.acts.file)
        if act.search is not None:
            with nothing_sent():
                earlier = await self.find(filing, call)
            if earlier is not None:
                return Filed(source_id=earlier)
        values = _values_of(filing, key)
        answer = await self.client.ask(act.request, values, call, writing=True)
        return Filed(source_id=_id_in(answer, act))

    async def find(self, filing: Filing, call: Call) -> str | None:
        """The case that carries our reference; None if none shows."""
        search = promised(promised(self.options.acts.file).search)
        values = {"reference": filing.reference, "service_code": filing.service_code}
        answer = await self.client.ask(search.request, values, call)
        carried = TextValue("acts.file.search.reference", search.reference)
        id_ = TextValue("record.id", self.options.record.id)
        for case in cases_in(answer.said, search.records, "acts.file.search.records"):
            text = carried.of(case)
            held = text is not None and (
                filing.reference in text if search.contained else filing.reference == text
            )
            if held:
                return id_in(case, id_)
        return None

    async def say(self, source_id: str, saying: Saying, key: str, call: Call) -> None:
        """Add a message, in the way of its visibility and in no other."""
        act = promised(self.options.acts.say)
        public = saying.visibility is Visibility.PUBLIC
        how = promised(act.public if public else act.internal)
        values = {
            "id": source_id,
            "key": key,
            "body": saying.body,
            "author": saying.author.value,
            "visibility": saying.visibility.value,
            "language": saying.language,
        }
        await self.client.ask(how.request, values, call, writing=True)

    async def move(self, source_id: str, move: Move, key: str, call: Call) -> None:
        """Send what changes the status; whether it did is for the caller to look at."""
        out = self.options.statuses.out[move.status]
        request = out.request or promised(self.options.acts.move).request
        if out.body:
            request = request.model_copy(update={"body": merged(request.body, out.body)})
        values = {"id": source_id, "key": key, "status": out.status, "reason": move.reason}
        await self.client.ask(request, values, call, writing=True)

    async def attach(self, source_id: str, upload: Upload, key: str, call: Call) -> None:
        """Add a file, by a call that takes it first where there is one."""
        act = promised(self.options.acts.attach)
        if len(upload.content) > act.max_bytes:
            raise Rejected(
                f"the source takes files of {act.max_bytes} bytes at most",
                fields=("content",),
                sent=False,
            )
        payload = Payload(upload.name, upload.media_type, upload.content)
        values: dict[str, Any] = {
            "id": source_id,
            "key": key,
            "name": upload.name,
            "media_type": upload.media_type,
            "size": len(upload.content),
        }
        if _wants_base64(act):
            values["base64"] = base64.b64encode(upload.content).decode()
        if act.upload is not None:
            taken = await self.client.ask(
                act.upload.request, values, call, payload=payload, writing=True
            )
            values[TOKEN] = _single(taken.said, act.upload.token, "acts.attach.upload.token")
        await self.client.ask(act.request, values, call, payload=payload, writing=True)


def promised(how: _T | None) -> _T:
    """How something is done that the capabilities declare: only what is described is declared."""
    if how is None:
        raise AssertionError("something is promised that is not described")
    return how


def stands(status: Status, wanted: Status) -> None:
    """Raise `Rejected` unless a case that was moved stands where it was put."""
    if status is not wanted:
        raise Rejected(
            f"the source took the change, yet the case is {status.value} there and not "
            f"{wanted.value}",
            fields=("status",),
        )


def _wants_base64(act: AttachAct) -> bool:
    requests = [act.request, *([act.upload.request] if act.upload else [])]
    return any("base64" in request.names() for request in requests)


def _id_in(answer: Answer, act: FileAct) -> str:
    where: Identified = act.id
    if where.path is not None:
        return _single(answer.said, where.path, "acts.file.id")
    address = answer.response.headers.get(str(where.header).lower(), "")
    last = _last_step(address)
    if not last:
        raise BadData("the source answers a filing without the address of the case")
    return last


def _last_step(address: str) -> str:
    try:
        path = urlsplit(address).path
    except ValueError:
        return ""
    return unquote(path.rstrip("/").rpartition("/")[2])


def _single(said: Any, path: str, rule: str) -> str:
    matches = compiled(path).matches(said)
    word = None
    if len(matches) == 1 and not isinstance(matches[0], dict | list):
        word = word_of(matches[0])
    if word is None:
        raise BadData(
            f"the source's answer contradicts its description: {rule} finds no value at {path}"
        )
    return word


def _values_of(filing: Filing, key: str) -> Mapping[str, object]:
    """A filing as the values that a request may name."""
    place = filing.location or Location()
    contact, whom = filing.contact, filing.on_behalf_of
    answers = {code: _few(values) for code, values in filing.attributes.items()}
    return {
        "key": key,
        "reference": filing.reference,
        "agency": filing.agency_code,
        "kind": filing.kind.value,
        "channel": filing.channel.value,
        "title": filing.title,
        "description": filing.description,
        "service_code": filing.service_code,
        "language": filing.language,
        "filed_at": filing.filed_at,
        "address": place.address,
        "area_code": place.area_code,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "contact_name": contact.name,
        "contact_phone": contact.phone,
        "contact_email": contact.email,
        "on_behalf_of": None if whom is None else whom.name,
        "mandate": None if whom is None else whom.mandate.value,
        "media_url": filing.media_url,
        "attributes": answers or None,
        **{f"attribute.{code}": value for code, value in answers.items()},
    }


def _few(values: Any) -> object:
    return values[0] if len(values) == 1 else list(values)
