"""What all mappings of agencies.yaml have in common."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
OneOrMore = Annotated[int, Field(ge=1)]
NoneOrMore = Annotated[int, Field(ge=0)]


class Entry(BaseModel):
    """A mapping of the file: nothing is converted, nothing unknown is passed over."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
        serialize_by_alias=True,
    )
