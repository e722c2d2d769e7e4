"""One address cannot flood; many can file, and who signs in is not counted."""

import pytest

from gateway.callers import network_of
from resolvers.flood import FilingLimit, TooManyFilings
from resolvers.policy import ANONYMOUS, Role, Viewer


async def test_an_address_files_so_much_and_then_waits() -> None:
    limit = FilingLimit(3)
    for _ in range(3):
        limit.count(ANONYMOUS, "192.0.2.1")
    with pytest.raises(TooManyFilings, match="too many filings from this address: try again") as no:
        limit.count(ANONYMOUS, "192.0.2.1")
    assert 0 < no.value.retry_after <= 60
    assert no.value.extensions_code == "TOO_MANY_FILINGS"
    limit.count(ANONYMOUS, "192.0.2.2")


async def test_who_signs_in_or_comes_from_nowhere_is_not_counted() -> None:
    limit = FilingLimit(1)
    for _ in range(3):
        limit.count(Viewer(Role.CALL_CENTRE, "the agent"), "192.0.2.1")
        limit.count(ANONYMOUS, None)
    limit.count(ANONYMOUS, "192.0.2.1")


async def test_a_mailbox_gets_so_many_receipts_whoever_gives_its_address() -> None:
    limit = FilingLimit(1)
    written = [limit.writes_to(address) for address in ["a@b.example", "A@B.example"] * 6]
    assert written == [True] * 10 + [False] * 2
    assert limit.writes_to("c@b.example")
    assert all(limit.writes_to(None) for _ in range(20))


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("a socket", "a socket"),
    ],
)
def test_of_an_ipv6_address_the_network_counts(address: str, network: str) -> None:
    assert network_of(address) == network
