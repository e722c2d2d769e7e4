"""Where the contents of files lie, for tests in which none is sent."""


class NoContents:
    """No content is anywhere."""

    async def read(self, id_: str) -> bytes:
        raise FileNotFoundError(id_)
