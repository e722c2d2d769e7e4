"""What agencies.yaml may say of a source held in memory."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class MemoryOptions(BaseModel):
    """The options of `connector: memory`."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True
    )

    path: Annotated[Path | None, Field(strict=False)] = None
    """A JSON array of complaints, read at the first call. None: the source begins empty."""
