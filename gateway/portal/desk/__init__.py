"""What those do who answer for administrations: find cases, act in them, look after what is late."""

from collections.abc import Mapping
from typing import Final

from gateway.portal.desk import bulk, case, overview, queue, signing_in
from gateway.portal.page import Handlers

PAGES: Final[Mapping[str, Handlers]] = {
    "/desk": {"GET": queue.shown, "POST": bulk.act},
    "/desk/case/{id:path}": {"GET": case.shown, "POST": case.act},
    "/desk/overview": {"GET": overview.shown, "POST": overview.act},
    "/sign-in": {"GET": signing_in.choose, "POST": signing_in.sign_in},
}
"""The handlers of each address, by method."""
