"""Bound how long the text of a document is."""

from gateway.limits.exceeded import exceeded


def require_within(text: str, *, allowed: int) -> None:
    """Raise GraphQLError if `text` is longer than `allowed`.

    One token may be as long as the whole body, and what is said of an unknown name ("did you
    mean …") costs by its length.
    """
    if len(text) > allowed:
        raise exceeded("characters", allowed=allowed, found=len(text))
