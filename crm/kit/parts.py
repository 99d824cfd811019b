"""Parts that records share: an address, and the values of custom fields."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict

from crm.kit.fields import OBJECT, public
from crm.kit.inputs import Country, Line


class Address(BaseModel):
    """A postal address; every line of it may be unset."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    line1: Line | None = public("Street and number.", example="1 Market St")
    line2: Line | None = public("Whatever else the street line needs.", example="Suite 400")
    city: Line | None = public("Town or city.", example="San Francisco")
    state: Line | None = public("State, province or region.", example="CA")
    postal_code: Line | None = public("Postal code.", example="94105")
    country: Country | None = public("ISO 3166-1 alpha-2 code.", example="US")


CustomValues = Annotated[dict[str, str | float | bool], OBJECT]
"""Values of custom fields by slug: strings, numbers, booleans and dates (as text)."""
