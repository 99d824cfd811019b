"""The contact: every public field once."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from crm.kit.fields import Boolean, Date, Id, Integer, Record, Timestamp, public
from crm.kit.inputs import Email, Labels, Line, Phone, Timezone, Url
from crm.kit.parts import Address, CustomValues
from crm.resources import COMPANY, CONTACT, USER

LifecycleStage = Literal["lead", "qualified", "customer", "other"]


def full_name(values: Mapping[str, Any]) -> str | None:
    """First and last name; without them the e-mail address, else the phone number."""
    names = [values[each] for each in ("first_name", "last_name") if values.get(each)]
    return " ".join(names) or values.get("email") or values.get("phone")


class Contact(Record):
    """A person the tenant deals with."""

    resource = CONTACT
    searched = ("name", "email", "phone", "job_title")
    derived = MappingProxyType({"name": full_name})

    first_name: Line | None = public("Given name.", example="Ada")
    last_name: Line | None = public("Family name.", example="Lovelace")
    name: Line = public(
        "First and last name; without them the e-mail address, else the phone number.",
        example="Ada Lovelace",
        sortable=True,
        read_only=True,
    )
    email: Email | None = public("E-mail address.", example="ada@example.com")
    phone: Phone | None = public("Phone number in E.164.", example="+14155550123")
    company_id: Id | None = public("The company the contact works for.", points_to=COMPANY)
    job_title: Line | None = public("What the contact does there.", example="Head of Analytics")
    tags: Labels = public("Free labels.", example=["vip"], default=[])
    lead_score: Integer = public("How promising the contact is.", example=72, sortable=True, read_only=True, default=0)
    last_contacted_at: Timestamp | None = public(
        "The newest e-mail, call or meeting logged with the contact.",
        example="2026-06-17T14:30:00Z",
        sortable=True,
        read_only=True,
    )
    source: Line | None = public("Where the contact came from.", example="webinar")
    owner_id: Id | None = public("The user the contact belongs to.", points_to=USER)
    address: Address | None = public("Where the contact lives or works.")
    website: Url | None = public("The address of a personal or company website.", example="https://example.com")
    timezone: Timezone | None = public("IANA time zone.", example="Europe/London")
    date_of_birth: Date | None = public("Date of birth.", example="1990-12-10")
    do_not_contact: Boolean = public("Whether the contact asked to be left alone.", example=False, default=False)
    lifecycle_stage: LifecycleStage = public("How far the relation has come.", example="lead", default="lead")
    custom_fields: CustomValues = public("Values of the tenant's custom fields, by slug.", default={})


class UpsertedContact(BaseModel):
    """What an upsert did, and the contact as it is now."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: Literal["created", "updated"] = public("What the upsert did.", example="updated")
    data: Contact = public("The contact.")
