"""Connect the served dialects by the descriptions that stand on the how-to page, and nothing else."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from connectors.contract.connector import Connector, Environment
from connectors.http import AiohttpClient
from connectors.testing.serving import serve
from gateway.config import Configured, load
from tests.dialects.four import FOUR, Dialect
from tests.dialects.vendor import Vendor
from tests.docs.pages import page

PAGE = page("connecting-a-rest-system")
ENVIRON = {name: value for dialect in FOUR for name, value in dialect.environ.items()}


def file_of(dialect: Dialect) -> str:
    """The name on the page of the file that describes `dialect`."""
    return f"agencies.d/{dialect.source}.yaml"


def written(folder: Path, urls: Mapping[Dialect, str]) -> Path:
    """The page's files of these dialects below `folder`, where their servers stand at `urls`."""
    for name in ("agencies.yaml", *map(file_of, urls)):
        text = PAGE.files[name]
        for dialect, url in urls.items():
            text = text.replace(f"https://{dialect.host}", url)
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder / "agencies.yaml"


def configured(folder: Path, urls: Mapping[Dialect, str]) -> Configured:
    """What the gateway reads there."""
    return load(written(folder, urls), environ=ENVIRON)


@asynccontextmanager
async def served(*dialects: Dialect) -> AsyncIterator[dict[Dialect, tuple[Vendor, str]]]:
    """A fresh server of each dialect, and where it stands."""
    async with AsyncExitStack() as stack:
        found = {}
        for dialect in dialects:
            vendor = dialect.vendor()
            found[dialect] = vendor, await stack.enter_async_context(serve(vendor.app))
        yield found


@asynccontextmanager
async def connected(dialect: Dialect, folder: Path) -> AsyncIterator[tuple[Any, Any]]:
    """The connector that the page describes over a fresh server, and the server."""
    async with served(dialect) as found:
        vendor, url = found[dialect]
        connector = opened(configured(folder, {dialect: url}))
        try:
            yield connector, vendor
        finally:
            await connector.aclose()


def opened(told: Configured) -> Connector:
    """The connector of the only source that is configured."""
    (source,) = told.sources
    environment = Environment(source=source.id, agencies=source.agencies, open_http=AiohttpClient)
    return source.plugin.open(source.options, environment)
