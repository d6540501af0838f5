"""The router's face: every text gets an answer, and only sure ones go by themselves."""

import json
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from classifier import places
from classifier import router as module
from classifier.bodies import load_bodies
from classifier.router import Prediction, Router
from classifier.text import fold, nfc

TEXT = "Ứng dụng VNeID báo lỗi, tôi không kích hoạt được tài khoản định danh mức 2 ở Đà Nẵng"


@pytest.fixture
def eager(router: Router) -> Router:
    """A router that would send everything by itself."""
    return Router(replace(router._artefact, threshold=0.0))


def one(router: Router, text: str) -> Prediction:
    """The prediction of one text."""
    (prediction,) = router.predict([text])
    return prediction


def test_a_prediction_is_complete(router: Router) -> None:
    found = one(router, TEXT)
    assert found.body in load_bodies()
    assert found.candidates[0] == module.Candidate(found.body, found.confidence)
    assert len(found.candidates) == 5
    assert [c.confidence for c in found.candidates] == sorted((c.confidence for c in found.candidates), reverse=True)
    assert found.province == "DANANG"
    assert found.screen == "hop_le"
    assert found.model == router.version
    assert (found.confidence >= router.threshold) == (found.decision == "auto")
    assert 0 < found.confidence < 1


def test_a_prediction_becomes_json(router: Router) -> None:
    values = json.loads(json.dumps(one(router, TEXT).to_dict()))
    assert list(values) == [
        "body", "confidence", "decision", "candidates", "screen", "province", "evidence", "model",
    ]  # fmt: skip
    assert set(values["evidence"][0]) == {"start", "end", "weight"}
    assert set(values["candidates"][0]) == {"body", "confidence"}


def test_a_batch_changes_nothing(router: Router) -> None:
    texts = [TEXT, "", fold(TEXT), "xin chào"]
    assert router.predict(texts) == [one(router, text) for text in texts]
    assert router.predict([]) == []


@pytest.mark.parametrize(
    "twin",
    [
        unicodedata.normalize("NFD", TEXT),
        TEXT.replace(" ", "\x00 "),
        TEXT.replace("lỗi", "lỗi\ud800"),
        TEXT.upper(),
        TEXT + " 😀👨\u200d👩",
        TEXT.replace(" ", "\u200b "),
        TEXT.replace(" ", "\n\t"),
    ],
)
def test_a_disfigured_text_gets_the_body_of_its_clean_twin(router: Router, twin: str) -> None:
    assert one(router, twin).body == one(router, TEXT).body


def test_a_very_long_text_gets_the_body_of_its_part(router: Router) -> None:
    assert one(router, (TEXT + ". ") * 120).body == one(router, TEXT).body


@pytest.mark.parametrize("nothing", ["", " \n", "\x00\u200b", "\ud800", "!!! ???", "😀"])
def test_a_text_without_words_goes_to_the_desk(eager: Router, nothing: str) -> None:
    assert one(eager, nothing).decision == "desk"


def test_a_sure_text_goes_by_itself(eager: Router) -> None:
    assert one(eager, TEXT).decision == "auto"


def test_an_unsure_text_goes_to_the_desk(router: Router) -> None:
    timid = Router(replace(router._artefact, threshold=1.01))
    assert one(timid, TEXT).decision == "desk"


@pytest.mark.parametrize(("place", "decision"), [("ở Cần Thơ", "auto"), ("", "desk")])
def test_a_local_body_needs_a_place(eager: Router, place: str, decision: str) -> None:
    found = one(eager, f"Cán bộ một cửa xã {place} vắng mặt, trung tâm phục vụ hành chính công xã không ai trực")
    assert found.body == "UBND_XA"
    assert found.decision == decision


def test_evidence_lies_within_the_nfc_text(router: Router) -> None:
    written = unicodedata.normalize("NFD", TEXT)
    assert all(0 <= e.start < e.end <= len(nfc(written)) for e in one(router, written).evidence)


def test_threads_share_one_router(router: Router) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: one(router, TEXT), range(16)))) == 1


def test_the_province_is_the_gazetteer_s(router: Router) -> None:
    assert one(router, TEXT).province == places.find(TEXT).province
