"""The trusted documents of an installation: the files of a folder, read and checked when the process starts."""

from collections.abc import Iterator

from graphql import GraphQLError

from crm.kit.errors import Refused
from gateway.settings import PREFIX, BadSettings, Settings
from schema.build import build
from schema.documents import Documents, RequestError

PATTERN = "**/*.graphql"


def trusted_documents(settings: Settings) -> tuple[str, ...]:
    """Their texts. Raises BadSettings for a folder that is none, or a document in it that could never run."""
    folder = settings.documents_folder
    if folder is None:
        if settings.documents == "any":
            return ()
        raise BadSettings([f"{PREFIX}DOCUMENTS_FOLDER: is needed where {PREFIX}DOCUMENTS is {settings.documents}"])
    if not folder.is_dir():
        raise BadSettings([f"{PREFIX}DOCUMENTS_FOLDER: {folder} is no folder"])
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(folder.glob(PATTERN))}
    faults = [f"{PREFIX}DOCUMENTS_FOLDER: {path}: {fault}" for path, text in texts.items() for fault in _faults(text)]
    if faults:
        raise BadSettings(faults)
    return tuple(texts.values())


def _faults(text: str) -> Iterator[str]:
    try:
        Documents(build()).read(text)
    except RequestError as fault:
        yield from (_said(each) for each in fault.errors)
    except Refused as fault:
        yield fault.detail


def _said(error: GraphQLError) -> str:
    line = f"line {error.locations[0].line}: " if error.locations else ""
    return f"{line}{error.message}"
