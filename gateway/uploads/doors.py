"""The addresses at which files come in, and go out to who may read them."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final

from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.contract.uploads import KeptUpload
from gateway.execution.accept import JSON
from gateway.execution.answer import of_refusal, refusal_of
from gateway.execution.refusal import refused
from gateway.uploads.download import download
from gateway.uploads.form import FileSent, read_form
from resolvers.uploads.claiming import FILES
from resolvers.wording import Language, Problem
from schema.context import Context

UPLOADS: Final = "/uploads"
_HEADERS: Final = {"Cache-Control": "no-store"}
"""Answers are one person's, and hold what lets anyone claim their files."""


class FileDoors:
    """Answers at `/uploads` and below `/files`; what is refused is told as errors of the graph are."""

    make_context: Callable[[HTTPConnection], Awaitable[Context]] | None = None
    """Set when the program starts, until when nobody is served."""

    @property
    def routes(self) -> list[Route]:
        """The addresses."""
        return [
            Route(UPLOADS, _answering(self._upload), methods=["POST"]),
            Route(f"{FILES}/{{id}}", _answering(self._download)),
        ]

    async def _upload(self, request: Request) -> Response:
        context = await self._context(request)
        batch = context.receiving.batch(context.viewer, context.caller)
        form = await read_form(request, batch)
        told = [_told(number, sent, context.language) for number, sent in enumerate(form.files)]
        return JSONResponse(
            {
                "uploads": [each for each in told if "id" in each],
                "problems": [each for each in told if "code" in each],
            },
            headers=_HEADERS,
        )

    async def _download(self, request: Request) -> Response:
        context = await self._context(request)
        attachment = await context.files.find(
            context.viewer, context.opened, request.path_params["id"], deadline=context.deadline
        )
        if attachment is None:
            # Whether there is such a file is not told to who may not read it.
            raise refused(
                "There is no such file, or none that you may read.", status=HTTPStatus.NOT_FOUND
            )
        return await download(request, attachment, context.files)

    async def _context(self, request: Request) -> Context:
        if self.make_context is None:
            raise refused("The gateway is starting.", status=HTTPStatus.SERVICE_UNAVAILABLE)
        return await self.make_context(request)


def _answering(
    answer: Callable[[Request], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            return await answer(request)
        except Exception as exception:  # noqa: BLE001 - errors.py decides what the caller reads
            response = of_refusal(refusal_of(exception), JSON)
            response.headers.update(_HEADERS)
            return response

    return endpoint


def _told(number: int, sent: FileSent, language: Language) -> dict[str, object]:
    """A file as the answer tells it; `index` counts the files of the form from 0."""
    about: dict[str, object] = {"index": number, "field": sent.field, "name": sent.name}
    match sent.came:
        case KeptUpload() as kept:
            return about | {
                "id": kept.id,
                "mediaType": kept.media_type,
                "bytes": kept.bytes,
                "sha256": kept.sha256,
            }
        case Problem() as problem:
            return about | {
                "code": problem.code,
                "message": problem.message(language),
                "parameters": {name: str(value) for name, value in problem.parameters.items()},
            }
