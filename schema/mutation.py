"""The acts of the graph."""

from typing import Annotated, Any

import strawberry
from strawberry import argument

from connectors.contract import records
from resolvers.acts import Done, Which
from schema import acts, complainant, deliveries, involving, letters, replacing, selection
from schema.acts import ActInput, ActPayload, which_of
from schema.context import Info
from schema.filing import FileComplaintInput, FileComplaintPayload, payload_of, request_of


def _act(given_as: type[ActInput], payload: type[ActPayload], description: str) -> Any:
    """A mutation that does one act in a case."""

    async def do(self: Any, info: Info, given: Any) -> Any:  # noqa: ARG001 - there is no root
        context = info.context
        which = which_of(context, given.case)
        done = await context.acts.do(
            context.viewer,
            which,
            given.request(),
            key=given.idempotency_key,
            expected_version=given.expected_version,
            caller=context.caller,
            deadline=context.deadline,
        )
        seen: Any = await _seen(info, which, done)
        problems: Any = done.problems
        return payload(complaint=seen, problems=list(problems))

    said = argument(name="input", description="What is done, and where.")
    do.__annotations__ |= {"given": Annotated[given_as, said], "return": payload}
    return strawberry.mutation(do, description=description)


async def _seen(info: Info, case: Which, done: Done) -> records.Complaint | None:
    """The case as it stands now, if whoever acted may see it."""
    context, wanted = info.context, selection.of_one(info, "complaint")
    if not done.found:
        return None
    if case.tracking_code is not None:
        return await context.complaints.follow(
            case.reference or "",
            case.tracking_code,
            wanted,
            caller=context.caller,
            deadline=context.deadline,
        )
    id_ = case.id or f"Complaint:{case.reference}"
    found = await context.complaints.get(context.viewer, [id_], wanted, deadline=context.deadline)
    seen = found.get(id_)
    if isinstance(seen, Exception):
        raise seen
    return seen


@strawberry.type(description="What can be done.")
class Mutation:
    @strawberry.mutation(
        description="File a complaint. The receipt comes once the case is durable; the same key, "
        "viewer and content get the same receipt again."
    )
    async def file_complaint(
        self,
        info: Info,
        given: Annotated[
            FileComplaintInput, argument(name="input", description="What a person files.")
        ],
    ) -> FileComplaintPayload:
        context = info.context
        filed = await context.filings.file(
            context.viewer,
            request_of(given),
            key=given.idempotency_key,
            caller=context.caller,
            language=context.language,
            deadline=context.deadline,
        )
        return payload_of(filed)

    stop_letters = letters.stop_letters
    replace_tracking_code = replacing.replace_tracking_code
    send_tracking_code_link = replacing.send_tracking_code_link
    open_tracking_code_link = replacing.open_tracking_code_link
    read_complainant = complainant.read_complainant
    confirm_delivery = deliveries.confirm_delivery
    add_message = _act(
        acts.AddMessageInput,
        acts.AddMessagePayload,
        "Say something in a case, to the other side.",
    )
    provide_information = _act(
        acts.ProvideInformationInput,
        acts.ProvideInformationPayload,
        "Tell what was asked for; the case goes on.",
    )
    withdraw_complaint = _act(
        acts.WithdrawComplaintInput,
        acts.WithdrawComplaintPayload,
        "Take a complaint back, as long as an answer is owed. That is final.",
    )
    rate_answer = _act(
        acts.RateAnswerInput,
        acts.RateAnswerPayload,
        "Say what one thinks of the last answer; a case that was answered is closed by it.",
    )
    reopen_complaint = _act(
        acts.ReopenComplaintInput,
        acts.ReopenComplaintPayload,
        "Have a case treated again; the legal clock begins anew.",
    )
    acknowledge_complaint = _act(
        acts.AcknowledgeComplaintInput,
        acts.AcknowledgeComplaintPayload,
        "Confirm to have a case, or take a reopened one up.",
    )
    assess_complaint = _act(
        acts.AssessComplaintInput,
        acts.AssessComplaintPayload,
        "Say whether a case is to be treated; if not, the reasons are its answer.",
    )
    add_note = _act(
        acts.AddNoteInput, acts.AddNotePayload, "Leave a note that only colleagues read."
    )
    request_information = _act(
        acts.RequestInformationInput,
        acts.RequestInformationPayload,
        "Ask the complainant for something; the case waits for it.",
    )
    answer_in_part = _act(
        acts.AnswerInPartInput,
        acts.AnswerInPartPayload,
        "Give an interim answer: why the whole one takes longer.",
    )
    decide_complaint = _act(
        acts.DecideComplaintInput,
        acts.DecideComplaintPayload,
        "Give the reasoned answer; the complainant can read it at once.",
    )
    close_complaint = _act(
        acts.CloseComplaintInput, acts.CloseComplaintPayload, "Close a case that was answered."
    )
    assign_complaint = _act(
        involving.AssignComplaintInput,
        involving.AssignComplaintPayload,
        "Say who handles a case. The complainant is not told.",
    )
    link_duplicate = _act(
        involving.LinkDuplicateInput,
        involving.LinkDuplicatePayload,
        "Find a case to repeat another one, in which the answer will be. That is final.",
    )
    transfer_complaint = _act(
        involving.TransferComplaintInput,
        involving.TransferComplaintPayload,
        "Pass a case on to the agency that is competent: the reference stays, and the legal clock "
        "goes on. The agency before keeps in sight what there was until then.",
    )
    add_co_agency = _act(
        involving.AddCoAgencyInput,
        involving.AddCoAgencyPayload,
        "Ask another agency to help: its officers read the case by its id, and leave notes.",
    )
    hand_over = _act(
        involving.HandOverInput,
        involving.HandOverPayload,
        "Hand a case over to the ombudsman, with its file, once it is answered or overdue. Where it "
        "stands is not changed by that.",
    )
