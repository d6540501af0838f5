"""Identities at rest: sealed under the newest key, opened under any that is held, and no other way."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback import sealing
from feedback.config import Config, ConfigError
from feedback.sealing import CannotUnseal


@pytest.fixture(autouse=True)
def _restored(config: Config) -> Iterator[None]:
    """Give the other tests their keys back."""
    yield
    sealing.configure(config.identity_keys)


def test_what_is_sealed_opens_again_and_shows_nothing() -> None:
    sealing.configure([sealing.new_key()])
    sealed = sealing.encrypt("Nguyễn Thị Ánh")
    assert sealing.decrypt(sealed) == "Nguyễn Thị Ánh"
    assert "Nguyễn".encode() not in sealed


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    sealing.configure(["A" * 43 + "="])
    assert sealing.decrypt(sealing.encrypt(text)) == text


def test_the_same_text_is_never_sealed_alike() -> None:
    sealing.configure([sealing.new_key()])
    assert len({sealing.encrypt("Ánh") for _ in range(100)}) == 100


def test_after_a_rotation_old_values_still_open_and_new_ones_use_the_new_key() -> None:
    old, new = sealing.new_key(), sealing.new_key()
    sealing.configure([old])
    before = sealing.encrypt("Ánh")
    sealing.configure([new, old])
    after = sealing.encrypt("Ánh")
    assert sealing.decrypt(before) == sealing.decrypt(after) == "Ánh"
    sealing.configure([new])
    assert sealing.decrypt(after) == "Ánh"
    with pytest.raises(CannotUnseal):
        sealing.decrypt(before)


def test_a_value_altered_anywhere_does_not_open() -> None:
    sealing.configure([sealing.new_key()])
    sealed = sealing.encrypt("Ánh")
    for place in range(len(sealed)):
        altered = bytearray(sealed)
        altered[place] ^= 1
        with pytest.raises(CannotUnseal):
            sealing.decrypt(bytes(altered))


@pytest.mark.parametrize("length", range(0, 20))
def test_a_value_cut_short_does_not_open(length: int) -> None:
    sealing.configure([sealing.new_key()])
    with pytest.raises(CannotUnseal):
        sealing.decrypt(sealing.encrypt("Ánh")[:length])


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param([], id="none"),
        pytest.param(["ngắn"], id="not base64"),
        pytest.param(["abc"], id="broken base64"),
        pytest.param([base64.urlsafe_b64encode(b"a" * 16).decode()], id="16 bytes"),
        pytest.param([base64.urlsafe_b64encode(b"a" * 33).decode()], id="33 bytes"),
        pytest.param([sealing.new_key(), ""], id="an empty one"),
    ],
)
def test_a_deployment_without_proper_keys_does_not_start(keys: list[str]) -> None:
    with pytest.raises(ConfigError, match="IDENTITY_KEYS"):
        sealing.configure(keys)
