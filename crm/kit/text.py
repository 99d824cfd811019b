"""Text made comparable: folded for equality and order, split into words for search. The same on every database."""

import re
import unicodedata

WORD_LENGTH = 64
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_DROPPED = {"Mn", "Mc", "Me", "Cf"}


def fold(text: str) -> str:
    """NFC and casefold: what filters and sorts compare, byte by byte (contract §3)."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def words(text: str) -> list[str]:
    """The distinct words of `text`, accents and case gone, in their order of appearance; 64 characters each at most.

    A word is a run of letters and digits of any script. Marks and joiners are dropped, not split at, so that a
    script which writes its vowels as marks keeps its words whole.
    """
    bare = "".join(
        each if each.isalnum() else " "
        for each in unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
        if unicodedata.category(each) not in _DROPPED
    )
    return list(dict.fromkeys(word[:WORD_LENGTH] for word in bare.split()))


def is_storable(text: str) -> bool:
    """Whether both databases can keep it: no NUL, no lone surrogate."""
    return _UNSTORABLE.search(text) is None
