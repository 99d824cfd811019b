"""Notes' rows: a note is its author's, and readable by whoever may see what it hangs on."""

from crm.access.roles import read
from crm.access.visibility import Ownership
from crm.links import BORROWED, LINKS
from crm.notes.model import Note
from crm.notes.table import notes
from crm.resources import NOTE
from crm.storage.repository import Repository

NOTES = Repository(
    Note,
    notes,
    permission=read(NOTE),
    ownership=Ownership(columns=("author_id",), links=BORROWED),
    links=LINKS,
)
