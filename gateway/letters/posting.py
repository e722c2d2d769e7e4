"""Hand letters to the mail server, and know what an answer of its means for a letter."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from gateway.config.mail import Mail
from gateway.letters.refusals import NotPosted, PostAway, Refusal

_TRANSIENT: Final = 400
_PERMANENT: Final = 500
_ENDS: Final = 421
"""The server is about to hang up (RFC 5321 section 3.8)."""


@dataclass(frozen=True, slots=True)
class Times:
    """How long a mail server is waited for, in seconds.

    It may look long through a letter before it says that it took it; to give up earlier is to send
    the letter again (RFC 5321 section 4.5.3.2).
    """

    answer: float = 60.0
    """For one answer."""
    connect: float = 60.0
    """Until it is ready to take letters."""
    letter: float = 150.0
    """For one letter from its first word to the last."""


@dataclass(frozen=True, slots=True)
class Counter:
    """A connection to the mail server."""

    _client: SMTP
    _sender: str
    _letter_seconds: float

    async def post(self, message: EmailMessage) -> None:
        """Hand it in. Raises `NotPosted`."""
        try:
            await self._post(message)
        except NotPosted as failed:
            if failed.ends:
                # It is not said goodbye to, lest that waits for it too.
                self._client.close()
            raise

    async def _post(self, message: EmailMessage) -> None:
        to = [address.addr_spec for address in message["To"].addresses]
        try:
            async with asyncio.timeout(self._letter_seconds):
                await self._client.sendmail(self._sender, to, message.as_bytes())
        except SMTPRecipientsRefused as error:
            codes = [each.code for each in error.recipients]
            raise _not_posted(codes[0], Refusal.ADDRESS_REFUSED) from None
        except SMTPSenderRefused as error:
            raise _not_posted(error.code, Refusal.SENDER_REFUSED) from None
        except SMTPResponseException as error:
            raise _not_posted(error.code, Refusal.LETTER_REFUSED) from None
        except ValueError:
            raise NotPosted(Refusal.ADDRESS_UNFIT) from None
        except (SMTPException, OSError):
            raise NotPosted(Refusal.LOST, ends=True) from None


def _not_posted(code: int, refusal: Refusal) -> NotPosted:
    if code < _TRANSIENT:
        # That was no answer of a mail server's.
        return NotPosted(Refusal.LOST, ends=True)
    if code < _PERMANENT:
        return NotPosted(Refusal.TRY_LATER, ends=code == _ENDS)
    return NotPosted(refusal)


class Post:
    """The mail server."""

    def __init__(self, mail: Mail, *, times: Times = Times()) -> None:
        self._mail = mail
        self._times = times

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[Counter]:
        """A connection inside. Raises `PostAway`."""
        server, sender = self._mail.server, self._mail.sender
        client = SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.tls,
            start_tls=server.start_tls,
            username=server.user,
            password=server.password,
            # What is our own name is asked of no name server.
            local_hostname=sender.domain,
            timeout=self._times.answer,
        )
        try:
            async with asyncio.timeout(self._times.connect):
                await client.connect()
                if client.is_ehlo_or_helo_needed:
                    await client.ehlo()
        except SMTPAuthenticationError:
            client.close()
            raise PostAway(Refusal.SERVER_UNAUTHORIZED) from None
        except (SMTPException, OSError):
            client.close()
            raise PostAway(Refusal.SERVER_UNAVAILABLE) from None
        try:
            yield Counter(client, sender.addr_spec, self._times.letter)
        finally:
            await _leave(client)


async def _leave(client: SMTP) -> None:
    try:
        if client.is_connected:
            await client.quit()
    except (SMTPException, OSError):
        # Whatever it took it has told before.
        pass
    finally:
        client.close()
