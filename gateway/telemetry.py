"""Write the log: events with fields, on the standard error, as lines for people or as JSON."""

import io
import logging
import sys
from typing import TextIO, cast

import structlog


class _StandardError(io.TextIOBase):
    """The standard error as it is at each writing: what shows progress there stands in for it."""

    def write(self, text: str) -> int:
        """Write `text`."""
        return sys.stderr.write(text)

    def flush(self) -> None:
        """Have it seen."""
        sys.stderr.flush()


def configure_log(*, as_json: bool) -> None:
    """Have every event written from here on; what libraries log below warnings is left out.

    Events are named in the past tense and carry no personal data and no words of an upstream.
    Tracebacks come without the values of variables, which would.
    """
    stream = cast("TextIO", _StandardError())
    tracebacks = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    rendering: list[structlog.typing.Processor] = (
        [structlog.processors.ExceptionRenderer(tracebacks), structlog.processors.JSONRenderer()]
        if as_json
        else [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            )
        ]
    )
    structlog.configure(
        processors=[*shared, *rendering],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=stream),
        cache_logger_on_first_use=True,
    )
    foreign = logging.StreamHandler(stream)
    foreign.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendering],
        )
    )
    logging.basicConfig(handlers=[foreign], level=logging.WARNING, force=True)
