"""Print a receipt, for whoever has its code."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from gateway.portal.citizen.following import not_opened
from gateway.portal.visit import HEADERS, Visit
from gateway.receipts import Receipt, receipt_pdf


async def printed(visit: Visit) -> Response:
    """The receipt as PDF; the code comes by a form, so that no address has it."""
    reference, code = visit.form.get("reference"), visit.form.get("code")
    answer = await visit.ask("receipt", reference=reference, code=code)
    case: dict[str, Any] | None = answer.data["complaint"]
    if case is None:
        if answer.failed("complaint"):
            raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE)
        return not_opened(visit, reference)
    due, agency, service = case["dueAt"], case["agency"], case["service"]
    receipt = Receipt(
        site=_site(visit),
        reference=case["reference"],
        tracking_code=code,
        kind=case["kind"],
        received_at=datetime.fromisoformat(case["receivedAt"]),
        due_at=None if due is None else datetime.fromisoformat(due),
        agency=agency and agency["name"],
        service=service and service["name"],
    )
    named = f'attachment; filename="receipt-{receipt.reference}.pdf"'
    return Response(
        await receipt_pdf(receipt, visit.tongue),
        media_type="application/pdf",
        headers=HEADERS | {"Content-Disposition": named},
    )


def _site(visit: Visit) -> str:
    return visit.sign_in.browsers.site.url or str(visit.request.base_url).rstrip("/")
