"""What a caller may know of itself and its tenant."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from crm.kit.fields import Id, Text, public
from crm.resources import BUSINESS
from crm.users.model import User


class Business(BaseModel):
    """The tenant a token belongs to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Id = public("Opaque id.", points_to=BUSINESS)
    name: Text = public("The tenant's name.", example="Northwind Demo")
    currency: Text = public("The currency of deals that name none.", example="USD")


class Limits(BaseModel):
    """What the token may spend, and what one GraphQL document may cost at most."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    points: int = Field(description="Points per window.", examples=[1000])
    window_seconds: int = Field(description="The window's length in seconds.", examples=[60])


class Me(BaseModel):
    """The caller: its tenant, its acting user, what role and scopes it has, and its limits."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    business: Business = Field(description="The tenant.")
    user: User = Field(description="The acting user.")
    role: Text = public("The acting user's role.", example="rep")
    permissions: dict[str, dict[str, Literal["all", "team", "own", "none"]]] = Field(
        description="How far the role reaches: by resource and verb."
    )
    scopes: list[str] = Field(description="The scopes of the token, `all` spelled out.", examples=[["contact.read"]])
    limits: Limits = Field(description="What the token may spend.")


class CustomField(BaseModel):
    """The definition of one custom field."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    resource: Literal["contact", "company", "deal"] = Field(description="Which records carry it.")
    slug: Text = public("Its name in `custom_fields` and filters.", example="tier")
    type: Literal["string", "number", "boolean", "date"] = Field(description="What its values are.")
    label: Text = public("Its name for people.", example="Customer tier")
