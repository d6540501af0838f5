"""The table of bodies."""

from classifier.bodies import load_bodies


def test_there_are_thirty_bodies() -> None:
    assert len(load_bodies()) == 30


def test_only_local_bodies_need_a_place() -> None:
    assert {code for code, body in load_bodies().items() if body.needs_place} == {"TINH_UY", "UBND_TINH", "UBND_XA"}
