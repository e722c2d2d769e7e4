"""Say what went wrong at a source, grouped by what the caller does next.

    ConnectorError
    ├── TryAgain              the same call may succeed later
    │   ├── SourceTimeout         no answer in time
    │   ├── SourceUnavailable     refused, reset, 5xx, HTML instead of JSON from a proxy
    │   └── RateLimited           asked to slow down; says for how long
    ├── NeedsOperator         a person must mend configuration or the agency's system
    │   ├── Unauthorized          credentials missing, wrong or without the right
    │   └── BadData               the answer is not what the API promises
    ├── Refused               the source understood and said no; asking again changes nothing
    │   ├── NotFound              no such case, service or token
    │   ├── Rejected              the content was not accepted; says which fields
    │   └── Conflict              the case changed meanwhile
    └── NotSupported          the caller asked for what was never declared: a bug of the caller

Messages never carry the source's own words, addresses or anybody's data: `detail` is for the log.
"""

from collections.abc import Sequence
from typing import ClassVar


class ConnectorError(Exception):
    """A source could not do what was asked; subclasses say what the caller does next."""

    code: ClassVar[str] = "SOURCE_ERROR"
    sent: bool
    """False only if it is proven that no byte of the request left; then even a write is safe."""

    def __init__(
        self,
        message: str,
        *,
        agency: str | None = None,
        detail: str | None = None,
        retry_after: float | None = None,
        sent: bool = True,
    ) -> None:
        """Take `message`, safe for anyone's eyes, and `detail`, for the operator's log only."""
        super().__init__(message)
        self.agency = agency
        self.detail = detail
        self.retry_after = retry_after
        """Seconds the source asked us to wait, or None."""
        self.sent = sent


class TryAgain(ConnectorError):
    """The same call may succeed later."""


class SourceTimeout(TryAgain):
    """No answer came in the time that was left."""

    code = "SOURCE_TIMEOUT"


class SourceUnavailable(TryAgain):
    """The source is down, or something stands between it and us."""

    code = "SOURCE_UNAVAILABLE"


class RateLimited(TryAgain):
    """The source asked us to slow down."""

    code = "SOURCE_RATE_LIMITED"


class NeedsOperator(ConnectorError):
    """Asking again is useless until a person has mended something."""


class Unauthorized(NeedsOperator):
    """The source does not accept our credentials."""

    code = "SOURCE_UNAUTHORIZED"


class BadData(NeedsOperator):
    """The answer is not what the source's API promises."""

    code = "SOURCE_BAD_DATA"


class Refused(ConnectorError):
    """The source understood, and said no."""


class NotFound(Refused):
    """The source knows no such case, service or token."""

    code = "SOURCE_NOT_FOUND"


class Rejected(Refused):
    """The source did not accept the content."""

    code = "SOURCE_REJECTED"

    def __init__(self, message: str, *, fields: Sequence[str] = (), **rest: object) -> None:
        """Take the names, in our words, of the `fields` that were not accepted."""
        super().__init__(message, **rest)  # type: ignore[arg-type]  # the parent checks names
        self.fields = tuple(fields)


class Conflict(Refused):
    """The case changed since it was read."""

    code = "SOURCE_CONFLICT"


class NotSupported(ConnectorError):
    """A filter, order, child or verb was used that the capabilities do not declare."""

    code = "SOURCE_NOT_SUPPORTED"
