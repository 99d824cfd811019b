"""What may be told to a contact."""

from crm.contacts.model import Contact
from crm.kit.commands import CommandModel, OneOf, action_command, create_command, update_command
from crm.kit.errors import Invalid
from crm.kit.fields import Id, public
from crm.kit.inputs import MAX_TAGS, Labels
from crm.kit.problems import Violation
from crm.resources import CONTACT

REACHES = ("email", "phone")
reachable = OneOf(REACHES)
"""A contact nobody can reach is none."""


def limited(labels: list[str]) -> list[str]:
    """All of a contact's labels. Raises Invalid where they have become too many."""
    if len(labels) > MAX_TAGS:
        raise Invalid([Violation("tags", "too_long", f"`tags` must hold at most {MAX_TAGS} labels.")])
    return labels


class TagContact(CommandModel):
    """Labels to put on, or to take off."""

    tags: Labels = public("The labels.", example=["vip"])


CREATE = create_command(Contact, rule=reachable)
UPDATE = update_command(Contact)
UPSERT = create_command(
    Contact,
    verb="Upsert",
    also={"id": (Id | None, public("Update this contact.", points_to=CONTACT, optional=True))},
    rule=OneOf(REACHES, unless="id"),
)
TAGS = action_command(TagContact)
