"""The API's own document is true: whatever it allows is answered as it says."""

from __future__ import annotations

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


OPERATIONS = [("/api/v1/comments", "POST"), ("/api/v1/comments/{reference}", "GET"), ("/api/v1/bodies", "GET")]


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_a_request_whether_the_document_allows_it_or_not_is_answered_as_it_says(
    committed: Flask, path: str, method: str, mode: GenerationMode
) -> None:
    operation = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", committed)[path][method]

    @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy(generation_mode=mode))
    def ask(case: Case) -> None:
        case.validate_response(case.call(), checks=CHECKS)

    try:
        ask()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE  # there is nothing to get wrong in a request that takes nothing


def test_the_document_is_openapi_3_1_and_names_every_operation(client: FlaskClient) -> None:
    told = client.get("/api/v1/openapi.json").get_json()
    assert told["openapi"] == "3.1.0"
    assert {(path, verb) for path, verbs in told["paths"].items() for verb in verbs if verb in {"get", "post"}} == {
        ("/api/v1/comments", "post"),
        ("/api/v1/comments/{reference}", "get"),
        ("/api/v1/bodies", "get"),
    }
    problems = [
        answer["content"]
        for verbs in told["paths"].values()
        for verb, operation in verbs.items()
        if verb in {"get", "post"}
        for status, answer in operation["responses"].items()
        if status.startswith(("4", "5"))
    ]
    assert all(list(content) == ["application/problem+json"] for content in problems)
