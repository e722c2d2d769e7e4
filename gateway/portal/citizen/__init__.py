"""What citizens do: file, follow, take part."""

from collections.abc import Mapping
from typing import Final

from gateway.portal.citizen import (
    agencies,
    case,
    figures,
    filing,
    following,
    letters,
    lost_code,
    plain,
    receipt,
)
from gateway.portal.page import Handlers

PAGES: Final[Mapping[str, Handlers]] = {
    "/": {"GET": plain.home},
    "/help": {"GET": plain.help_},
    "/file": {"GET": filing.begin, "POST": filing.go_on},
    "/follow": {"GET": following.ask, "POST": following.open_case},
    "/case": {"GET": case.shown, "POST": case.act},
    "/case/{id}": {"GET": case.shown, "POST": case.act},
    "/mine": {"GET": case.mine},
    "/agencies": {"GET": agencies.answering},
    "/figures": {"GET": figures.figures},
    "/follow/lost-code": {"GET": lost_code.ask, "POST": lost_code.send},
    "/follow/new-code": {"GET": lost_code.found, "POST": lost_code.make},
    "/receipt": {"POST": receipt.printed},
    "/letters/stop": {"GET": letters.ask, "POST": letters.stop},
}
"""The handlers of each address, by method."""
