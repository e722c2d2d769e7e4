"""Labels in several languages."""

import strawberry


@strawberry.type(description="One label in the languages that the administration gave it.")
class LocalizedText:
    ar: str | None = strawberry.field(description="In Arabic.")
    fr: str | None = strawberry.field(description="In French.")
    en: str | None = strawberry.field(description="In English.")
    zgh: str | None = strawberry.field(description="In Standard Moroccan Amazigh.")
