"""Say where a request comes from, for counting what comes from one place."""

from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network, ip_address

from starlette.requests import HTTPConnection


def caller_of(connection: HTTPConnection) -> str | None:
    """The address, or the IPv6 network, behind `connection`; None if it is not known."""
    return network_of(connection.client.host) if connection.client else None


@lru_cache(maxsize=1024)
def network_of(address: str) -> str:
    """Of an IPv6 address the /64, which is one household's or machine's; any other as it is.

    Whoever has one has all its 2^64 addresses, and would never be met twice.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or IPv6Network((found, 64), strict=False))
