"""What agencies.yaml may say of a source that speaks Open311 GeoReport v2."""

from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    SecretStr,
    model_validator,
)

from connectors.contract.lifecycle import Status
from connectors.contract.records import Kind
from connectors.translate import known_charset, known_zone


class Open311Options(BaseModel):
    """The options of `connector: open311`."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True
    )

    url: HttpUrl
    """The address below which `services.json` and `requests.json` answer."""
    jurisdiction_id: str | None = None
    """Sent with every call if the endpoint serves several jurisdictions."""
    api_key: SecretStr | None = None
    """Lets cases be filed. None: the source is only read."""

    timezone: Annotated[str, AfterValidator(known_zone)] = "Africa/Casablanca"
    """Where a time that states no zone was written."""
    charset: Annotated[str, AfterValidator(known_charset)] | None = None
    """What the city writes in when it is not UTF-8, whatever it states."""
    language: Literal["ar", "fr", "en", "zgh"] = "fr"
    """What the names of services are written in."""
    kind: Kind = Kind.COMPLAINT
    """What the city's requests are; GeoReport has no word for it."""

    statuses: dict[str, Status] = {}
    """The city's own status codes, beside those that are known."""
    extended_statuses: bool = False
    """Whether `status` tells mySociety's codes, and not only open and closed."""
    status_filter: bool = True
    """Whether `status=open` and `status=closed` find every open and every closed request."""

    window_days: Annotated[int, Field(ge=1, le=36_500)] = 90
    """The longest range of dates that may be asked for; the standard says 90 days."""
    row_cap: Annotated[int, Field(ge=2, le=100_000)] = 1000
    """The most requests that one answer holds; the standard says 1,000."""
    earliest: AwareDatetime | None = None
    """No request is older. None: found out, by `empty_windows`."""
    empty_windows: Annotated[int, Field(ge=1, le=400)] = 4
    """So many longest ranges without a request, one before the other, are before the first."""

    page_size: Annotated[int | None, Field(ge=2, le=500)] = None
    """Chicago: ask with `page` and `page_size`; stands in for `row_cap`."""
    updated_after: bool = False
    """Chicago: `updated_after` is understood, so that changes can be asked for."""
    extensions: bool = False
    """Chicago: ask for `extended_attributes` and notes, which become events and channels."""
    updates: bool = False
    """mySociety: `servicerequestupdates` tells messages and steps."""
    takes_updates: bool = False
    """mySociety: what is said in a case can be posted to `servicerequestupdates`; needs `api_key`."""
    keeps_update_ids: bool = False
    """An update posted a second time under its id is not added again."""
    moves: dict[Status, str] = {}
    """The statuses that an update puts a case in, and the city's code for each."""
    ids_per_call: Annotated[int, Field(ge=1, le=200)] = 50
    """How many requests may be asked for by id at once, joined by commas."""

    agency_names: dict[str, str] = {}
    """The agency's code by the city's word in `agency_responsible` or in a service's `group`."""
    media_hosts: tuple[str, ...] = ()
    """Hosts, beside its own, whose pictures may be shown."""
    reference_in: Annotated[str, Field(pattern=r"^(description|attribute\[[^\[\]]+\])$")] | None = (
        None
    )
    """Where our reference goes in a filing, so that a lost answer can be looked up: `description`
    or `attribute[CODE]`. None: it goes nowhere, and a filing of unknown result stays unknown."""
    settles_seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 30.0
    """With `reference_in`: how long after an attempt was given up its request may still be missing
    from the city's lists."""

    @model_validator(mode="after")
    def _acts_need_a_way(self) -> Self:
        if self.takes_updates and self.api_key is None:
            raise ValueError("takes_updates: posting needs api_key")
        if not self.takes_updates and (self.moves or self.keeps_update_ids):
            raise ValueError("moves, keeps_update_ids: expected only where takes_updates is true")
        return self

    @property
    def base_url(self) -> str:
        """The address without a slash at its end."""
        return str(self.url).rstrip("/")

    @property
    def zone(self) -> ZoneInfo:
        """Where a time that states no zone was written."""
        return ZoneInfo(self.timezone)

    @property
    def most_rows(self) -> int:
        """How many requests one answer can hold."""
        return self.page_size or self.row_cap
