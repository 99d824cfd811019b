"""The user, as everyone of the tenant may see one."""

from crm.kit.fields import Record, Text, public
from crm.resources import USER


class User(Record):
    """Someone who works in the tenant's CRM: owns contacts, is assigned tasks, writes notes."""

    resource = USER
    searched = ("name", "email")

    name: Text = public("Full name.", example="Ada Lovelace", sortable=True)
    email: Text = public("The address the user signs in with.", example="ada@demo.example")
    team: Text | None = public("The team whose records `team` permissions reach.", example="North")
