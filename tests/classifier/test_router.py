"""The router's face: every text gets an answer, and only sure ones go by themselves."""

import json
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from classifier import places
from classifier import router as module
from classifier.artefact import Artefact
from classifier.bodies import load_bodies
from classifier.judge import KINDS
from classifier.question import EMPTY, OF_SCREEN, PLACE, between
from classifier.router import Prediction, Router
from classifier.rules import NEVER, Rules
from classifier.text import fold, nfc

COMPLAINT = (
    "Tôi khiếu nại quyết định thu hồi đất số 12/QĐ-UBND, yêu cầu hủy bỏ quyết định và bồi thường cho gia đình tôi."
)
DENUNCIATION = (
    "Tôi tố cáo ông chủ tịch xã nhận hối lộ, lập khống hồ sơ chiếm đoạt tiền hỗ trợ, đề nghị giữ kín tên tôi."
)
TEXT = "Ứng dụng VNeID báo lỗi, tôi không kích hoạt được tài khoản định danh mức 2 ở Đà Nẵng"


def judged(router: Router, rules: Rules, sure_valid: float) -> Artefact:
    """The router's model with other rules."""
    artefact = router._artefact
    screening = replace(artefact.scorer.screening, sure_valid=sure_valid)
    return replace(artefact, rules=rules, scorer=replace(artefact.scorer, screening=screening))


@pytest.fixture
def eager(router: Router) -> Router:
    """A router that would send everything by itself."""
    return Router(judged(router, Rules(0.0), sure_valid=0.0))


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
    assert (found.desk_reason == "") == (found.question == "") == (found.decision == "auto")
    assert found.confidence >= router.threshold or found.decision == "desk"
    assert 0 < found.confidence < 1


def test_a_prediction_becomes_json(router: Router) -> None:
    values = json.loads(json.dumps(one(router, TEXT).to_dict()))
    assert list(values) == [
        "body", "confidence", "decision", "candidates", "screen", "province", "evidence", "model", "kind", "field",
        "urgency", "coordinating", "place", "desk_reason", "question", "screen_confidence",
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
    found = one(eager, nothing)
    assert (found.decision, found.desk_reason, found.question) == ("desk", "empty", EMPTY)


def test_a_sure_text_goes_by_itself(eager: Router) -> None:
    found = one(eager, TEXT)
    assert (found.decision, found.desk_reason, found.question) == ("auto", "", "")


def test_an_unsure_text_goes_to_the_desk(router: Router) -> None:
    timid = Router(judged(router, Rules(NEVER), sure_valid=0.0))
    found = one(timid, TEXT)
    assert (found.decision, found.desk_reason) == ("desk", "unsure")
    assert found.question == between(found.body, found.candidates[1].body)


def test_two_close_bodies_go_to_the_desk(router: Router) -> None:
    found = one(Router(judged(router, Rules(0.0, close=0.0), sure_valid=0.0)), TEXT)
    assert (found.decision, found.desk_reason) == ("desk", "close")


def test_a_body_s_own_threshold_holds_for_it_alone(router: Router) -> None:
    strict = Router(judged(router, Rules(0.0, raised={one(router, TEXT).body: NEVER}), sure_valid=0.0))
    assert one(strict, TEXT).decision == "desk"


def test_likely_further_bodies_take_part(router: Router) -> None:
    found = one(Router(judged(router, Rules(0.0, coordinating=0.0), sure_valid=0.0)), TEXT)
    assert found.coordinating == found.candidates[1:]
    assert one(router, TEXT).coordinating == ()


@pytest.mark.parametrize("text", [COMPLAINT, DENUNCIATION])
def test_what_the_screen_stops_is_never_automatic(eager: Router, text: str) -> None:
    found = one(eager, text)
    assert found.screen in {"khieu_nai", "to_cao"}
    assert (found.decision, found.desk_reason) == ("desk", "screen")
    assert found.question == OF_SCREEN[found.screen]


def test_a_comment_that_is_not_surely_valid_waits_as_well(router: Router) -> None:
    found = one(Router(judged(router, Rules(0.0), sure_valid=1.01)), TEXT)
    assert (found.screen, found.decision, found.desk_reason) == ("hop_le", "desk", "screen")


def test_screening_alone_says_the_same_as_a_prediction(router: Router) -> None:
    texts = [TEXT, COMPLAINT, "", "asdf qwer zxcv"]
    found = router.screen(texts)
    assert [each.screen for each in found] == [each.screen for each in router.predict(texts)]
    assert all(0 <= each.confidence <= 1 for each in found)
    assert router.screen([]) == []


def test_kind_field_urgency_and_place_are_told(router: Router) -> None:
    found = one(router, "VNeID bị lỗi, làm sao kích hoạt lại ở xã Hòa Vang, Đà Nẵng? Mai là hạn nộp rồi.")
    assert found.kind in KINDS
    assert found.field == "DD"
    assert [cue.cue for cue in found.urgency] == ["han_gap"]
    assert found.place == module.Place("DANANG", "xã Hòa Vang", "district")
    assert one(router, "Sóng yếu").place is None
    assert one(router, "Sóng ở xã Tân Lập yếu").place == module.Place("", "xã Tân Lập", "")


@pytest.mark.parametrize(("place", "decision"), [("ở Cần Thơ", "auto"), ("", "desk")])
def test_a_local_body_needs_a_place(eager: Router, place: str, decision: str) -> None:
    found = one(eager, f"Cán bộ một cửa xã {place} vắng mặt, trung tâm phục vụ hành chính công xã không ai trực")
    assert found.body == "UBND_XA"
    assert found.decision == decision
    assert found.question == ("" if place else PLACE)


def test_evidence_lies_within_the_nfc_text(router: Router) -> None:
    written = unicodedata.normalize("NFD", TEXT)
    assert all(0 <= e.start < e.end <= len(nfc(written)) for e in one(router, written).evidence)


def test_threads_share_one_router(router: Router) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: one(router, TEXT), range(16)))) == 1


def test_the_province_is_the_gazetteer_s(router: Router) -> None:
    assert one(router, TEXT).province == places.find(TEXT).province
