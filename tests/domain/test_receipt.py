"""The receipt: a key that can be derived again, typed badly, and guessed by nobody."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.domain.receipt import ALPHABET, KEY_LENGTH, derive_key, read_key, read_reference, show_key

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def key_of(**changes: str) -> str:
    return derive_key(**{"secret": "máy chủ", "token": "mẫu", "content_digest": "00", **changes})


def test_the_alphabet_is_crockfords_without_letters_to_misread() -> None:
    assert ALPHABET == CROCKFORD
    assert len(set(ALPHABET)) == 32
    assert not set("ILOU") & set(ALPHABET)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.text(max_size=40).filter(lambda text: text.isprintable()))
def test_a_key_is_twelve_characters_of_the_alphabet_and_reads_back_as_shown(token: str) -> None:
    key = key_of(token=token)
    assert len(key) == KEY_LENGTH == 12
    assert set(key) <= set(CROCKFORD)
    assert read_key(show_key(key)) == key


def test_the_same_filing_has_the_same_key_and_any_other_has_another() -> None:
    keys = {key_of(), key_of(secret="khác"), key_of(token="khác"), key_of(content_digest="01")}
    assert key_of() == key_of()
    assert len(keys) == 4


def test_token_and_content_cannot_be_confused_with_each_other() -> None:
    assert key_of(token="ab", content_digest="c") != key_of(token="a", content_digest="bc")


def test_keys_use_all_their_bits() -> None:
    keys = [key_of(token=str(number)) for number in range(2000)]
    assert len(set(keys)) == 2000
    assert all({key[place] for key in keys} == set(CROCKFORD) for place in range(12))


def test_a_key_is_shown_in_groups_of_four() -> None:
    assert show_key("0123456789AB") == "0123-4567-89AB"


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("0123-4567-89AB", "0123456789AB"),
        ("0123456789ab", "0123456789AB"),
        (" 0123 4567 89ab\n", "0123456789AB"),
        ("0123–4567—89AB", "0123456789AB"),
        ("0123.4567.89AB", "0123456789AB"),
        ("O123-4567-89AB", "0123456789AB"),
        ("oI23-4567-89AB", "0123456789AB"),
        ("0l23-4567-89AB", "0123456789AB"),
        ("0123-4567-89A", None),
        ("0123-4567-89ABC", None),
        ("0123-4567-89AU", None),
        ("0123-4567-89A*", None),
        ("", None),
        ("\x00", None),
    ],
)
def test_a_key_is_read_however_it_was_typed_or_not_at_all(typed: str, key: str | None) -> None:
    assert read_key(typed) == key


@pytest.mark.parametrize(
    ("typed", "reference"),
    [
        ("PA-2026-000123", "PA-2026-000123"),
        ("pa-2026-000123", "PA-2026-000123"),
        (" PA - 2026 - 000123 \n", "PA-2026-000123"),
        ("PA–2026—000123", "PA-2026-000123"),
        ("PA-2026-1234567", "PA-2026-1234567"),
        ("PA-2026-00123", None),
        ("PA-26-000123", None),
        ("XX-2026-000123", None),
        ("PA-2026-000123'", None),
        ("PA-٢٠٢٦-٠٠٠١٢٣", None),
        ("", None),
        ("\x00", None),
    ],
)
def test_a_reference_is_read_however_it_was_typed_or_not_at_all(typed: str, reference: str | None) -> None:
    assert read_reference(typed) == reference
