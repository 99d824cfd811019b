"""Parts that records share: an address, and the values of custom fields."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict

from crm.kit.fields import OBJECT, Text, public


class Address(BaseModel):
    """A postal address; every line of it may be unset."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    line1: Text | None = public("Street and number.", example="1 Market St")
    line2: Text | None = public("Whatever else the street line needs.", example="Suite 400")
    city: Text | None = public("Town or city.", example="San Francisco")
    state: Text | None = public("State, province or region.", example="CA")
    postal_code: Text | None = public("Postal code.", example="94105")
    country: Text | None = public("ISO 3166-1 alpha-2 code.", example="US")


CustomValues = Annotated[dict[str, str | float | bool], OBJECT]
"""Values of custom fields by slug: strings, numbers, booleans and dates (as text)."""
