"""Open a session by a login, and tell when it is over."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from connectors.contract.connector import Call, Http, Response
from connectors.contract.errors import BadData, Refused, Unauthorized
from connectors.rest.answers import Answers
from connectors.rest.auth_options import Session
from connectors.rest.credentials import Pass, Renewable
from connectors.rest.paths import compiled
from connectors.rest.values import word_of


class Sessions(Renewable):
    """The session of one source."""

    def __init__(
        self,
        auth: Session,
        http: Http,
        answers: Answers,
        now: Callable[[], datetime],
        *,
        always: Mapping[str, str],
    ) -> None:
        """Log in over `http`, with the headers that go with every call `always`."""
        super().__init__(now)
        self._auth = auth
        self._http = http
        self._answers = answers
        self._keys = {name: value.get_secret_value() for name, value in auth.headers.items()}
        self._always = {**always, **self._keys}

    async def obtain(self, call: Call) -> Pass:
        """A new session. Raises `Unauthorized` if the login is refused."""
        login = self._auth.login
        asked_at = self._now()
        response = await self._http.request(
            login.method,
            login.path,
            params=list(login.query.items()),
            form=list(login.form.items()),
            json=login.body,
            headers={**self._always, **login.headers},
            call=call,
        )
        detail = f"status {response.status}"
        if response.status in range(400, 500):
            raise Unauthorized("the source refuses our login", detail=detail)
        try:
            token = self._token(response)
        except Refused as refused:
            # By the rules of its errors; but what is not found here is no case.
            raise Unauthorized("the source refuses our login", detail=detail) from refused
        if not token or not token.isprintable():
            raise Unauthorized("the source answers our login without a session")
        lifetime = self._auth.lifetime_seconds
        until = None if lifetime is None else asked_at + timedelta(seconds=lifetime)
        return self._pass(token, until)

    def expired(self, response: Response, said: Callable[[], Any]) -> bool:
        """Whether an answer says that the session is over."""
        rule = self._auth.expired
        if response.status not in rule.status:
            return False
        if rule.path is None:
            return True
        words = {word_of(match) for match in compiled(rule.path).matches(said())} - {None}
        return bool(words) if not rule.values else not words.isdisjoint(rule.values)

    @property
    def parameters(self) -> frozenset[str]:
        """The parameter that holds the session, if one does."""
        name = self._auth.send.query
        return frozenset() if name is None else frozenset({name})

    def _token(self, response: Response) -> str | None:
        where = self._auth.token
        if where.header is not None:
            return response.headers.get(where.header.lower())
        if where.cookie is not None:
            cookies = response.headers.get("set-cookie", "")
            found = re.search(rf"(?:^|,\s*){re.escape(where.cookie)}=([^;,]*)", cookies)
            return found[1] if found else None
        said = self._answers.read(response, writing=False)
        matches = compiled(where.path or "$").matches(said)
        if len(matches) > 1:
            raise BadData("the source answers our login with several sessions")
        return word_of(matches[0]) if matches else None

    def _pass(self, token: str, until: datetime | None) -> Pass:
        send = self._auth.send
        if send.query is not None:
            return Pass(headers=self._keys, params=((send.query, token),), until=until)
        if send.cookie is not None:
            return Pass(headers={**self._keys, "Cookie": f"{send.cookie}={token}"}, until=until)
        header = {str(send.header): f"{send.prefix}{token}"}
        return Pass(headers={**self._keys, **header}, until=until)
