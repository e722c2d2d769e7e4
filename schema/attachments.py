"""Which files may come with an act, for whoever builds a form."""

import strawberry

from resolvers.uploads.kinds import MEDIA_TYPES
from schema.context import Info


@strawberry.type(description="Which files may come with one act.")
class AttachmentLimits:
    count: int = strawberry.field(description="How many; 0 if none are taken.")
    largest_bytes: int = strawberry.field(description="How large one may be.")
    total_bytes: int = strawberry.field(description="How large all of them together may be.")
    media_types: list[str] = strawberry.field(
        description="What they may be, by their content; names and words of the sender do not count."
    )


@strawberry.field(
    description="Which files may come with one act: they are sent to `/uploads` first."
)
def attachment_limits(info: Info) -> AttachmentLimits:
    """As configured."""
    limits = info.context.receiving.limits
    return AttachmentLimits(
        count=limits.count,
        largest_bytes=limits.largest_bytes,
        total_bytes=limits.total_bytes,
        media_types=list(MEDIA_TYPES),
    )
