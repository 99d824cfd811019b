"""Folding and words, in any script of Unicode."""

import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from crm.kit.text import WORD_LENGTH, fold, is_storable, words
from crm.storage.types import fts_word
from tests.properties.model import words_of
from tests.properties.profiles import MANY
from tests.properties.texts import AWKWARD, storable, texts

anything = st.one_of(texts, storable, st.text(st.sampled_from("".join(AWKWARD)), max_size=12))


@MANY
@given(text=anything)
@example("ᾳ\u0301\u0345")
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert unicodedata.is_normalized("NFC", fold(text))


@MANY
@given(text=anything)
def test_folding_does_not_see_case_or_composition(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text)) == fold(text)
    composed = unicodedata.normalize("NFC", text)
    for cased in (
        composed.casefold(),
        *(each for each in (composed.upper(), composed.lower()) if _same(each, composed)),
    ):
        assert fold(cased) == fold(text)


def _same(one: str, other: str) -> bool:
    """Whether Unicode calls them the same but for case; not every letter comes back from its capital (ı, I, i)."""
    return one.casefold() == other.casefold()


@MANY
@given(texts=st.lists(anything, max_size=6))
def test_folded_text_sorts_as_its_bytes_do(texts: list[str]) -> None:
    folded = [fold(each) for each in texts]
    assert sorted(folded) == [each.decode() for each in sorted(each.encode() for each in folded)]


@MANY
@given(text=anything)
def test_words_are_letters_and_digits_each_once(text: str) -> None:
    found = words(text)
    assert set(found) == words_of(text)
    assert len(found) == len(set(found))
    assert all(each.isalnum() and len(each) <= WORD_LENGTH for each in found)
    assert words(" ".join(found)) == found


@MANY
@given(text=anything)
def test_words_do_not_see_composition_accents_or_invisible_joiners(text: str) -> None:
    expected = words(text)
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert words(unicodedata.normalize(form, text)) == expected
    accented = "".join(each + "\u0301" if each.isalpha() else each for each in text)
    assert words(accented) == expected
    assert words(text.replace("a", "a\u00ad")) == expected


@MANY
@given(one=anything, other=anything)
def test_words_of_two_texts_are_the_words_of_each(one: str, other: str) -> None:
    assert words(f"{one} {other}") == list(dict.fromkeys([*words(one), *words(other)]))


@MANY
@given(one=anything, other=anything)
def test_a_words_spelling_begins_as_the_word_does(one: str, other: str) -> None:
    for word in words(one):
        for begun in [*words(other), *(word[:length] for length in range(len(word)))]:
            assert fts_word(word).startswith(fts_word(begun)) == word.startswith(begun)
        assert fts_word(word).replace("_", "").isalnum()
        assert fts_word(word).isascii()


@MANY
@given(text=st.text())
def test_what_is_storable_can_be_encoded_and_has_no_nul(text: str) -> None:
    assert is_storable(text) == ("\0" not in text and text == text.encode(errors="replace").decode())
