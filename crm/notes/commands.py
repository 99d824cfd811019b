"""What may be told to a note. Whether it is pinned changes by actions only."""

from crm.kit.commands import create_command, update_command
from crm.links import linked
from crm.notes.model import Note

CREATE = create_command(Note, rule=linked)
UPDATE = update_command(Note, closed={"pinned": "changes by pinning or unpinning the note only"})
