"""Texts of any script, the awkward ones first."""

import unicodedata

from hypothesis import strategies as st

AWKWARD = (
    "", " ", "a", "A", "b", "ab", "AB", "aB c", "á", "a\u0301", "Á", "ß", "ẞ", "ss", "SS", "ſ", "s", "ﬁ", "fi", "ﬀi",
    "İ", "i\u0307", "I", "ı", "i", "Σ", "ς", "σ", "\u0390", "\u1fd3", "ᾳ", "αι", "\u0345", "\u00b5", "\u03bc",
    "\u00c5", "\u212b", "å", "\u212a", "k", "日本", "日", "東京 タワー", "한국", "\u1112\u1161\u11ab국", "ก็", "กำ",
    "हिन्दी", "हिं", "עִברית", "עברית", "مُحَمَّد", "محمد", "ﷺ", "Ǆ", "ǆ", "𝒜", "𐐀", "𐐨", "😀", "👩\u200d👧",
    "²", "2", "½", "①", "٣", "Ⅷ", "viii", "co-op", "o'neil", "x_y", "%", "_", "a%", "a_b", "\\", "\\'", "'", '"',
    '"a" OR "b"', "a*", "a:*", "(a", "NOT a", "a&b", "a|b", "!a", "{a}", "[0]", "$.a", "a\u00adb", "a\u200db",
    "a\u200bb", "\ufeffa", "\uffff", "\U0010ffff", "\x01", "\x7f", "\t", "\n",
)  # fmt: skip
LONG = ("z" * 64, "z" * 65, "ж" * 70, "\u0390" * 255, "😀" * 255, "a" * 255)

storable = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
texts = st.one_of(
    st.sampled_from(AWKWARD),
    storable,
    st.lists(st.sampled_from(AWKWARD), max_size=4).map(" ".join),
    st.sampled_from(LONG),
)


def spellings(text: str) -> list[str]:
    """Other ways the same text may come: composed or not, in other cases."""
    forms = [text, unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)]
    forms += [text.upper(), text.lower(), text.swapcase(), text.title()]
    return list(dict.fromkeys(forms))
