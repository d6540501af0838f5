"""Someone at a browser without JavaScript: reads forms as they are shown, fills them in, posts them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

Values = dict[str, list[str]]

FILING: dict[str, Any] = {
    "kind": "phan_anh",
    "title": "Không nộp được hồ sơ khai sinh trực tuyến",
    "text": "Hệ thống báo lỗi khi tải giấy chứng sinh lên, đã thử ba lần.",
    "province": "HN",
    "field": "DVC",
    "sender_kind": "ca_nhan",
    "name": "Người Gửi Thử",
    "email": "nguoi.gui@langnghe.example",
    "consents": ["xu_ly", "lien_he"],
}


class _Forms(HTMLParser):
    """Every form of a page, with the values that a browser would send."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, Values] = {}
        self._values: Values | None = None
        self._textarea: str | None = None
        self._select: str | None = None
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._values = self.forms.setdefault(given["action"], {})
        elif self._values is None:
            return
        elif tag == "input" and (given.get("type") not in {"radio", "checkbox"} or "checked" in given):
            self._values.setdefault(given["name"], []).append(given.get("value", ""))
        elif tag == "textarea":
            self._textarea, self._text = given["name"], []
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and self._select and ("selected" in given or self._select not in self._values):
            self._values[self._select] = [given["value"]]

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._values = None
        elif tag == "textarea" and self._textarea and self._values is not None:
            # A browser drops the first line break after the tag.
            self._values[self._textarea] = ["".join(self._text).removeprefix("\n")]
            self._textarea = None
        elif tag == "select":
            self._select = None


def forms(page: str) -> dict[str, Values]:
    """The forms of a page by the address that they post to."""
    parser = _Forms()
    parser.feed(page)
    return parser.forms


@dataclass
class Visitor:
    """One browser with its cookies."""

    client: FlaskClient
    pages: list[TestResponse] = field(default_factory=list)

    def get(self, address: str) -> TestResponse:
        """Open a page."""
        return self._kept(self.client.get(address))

    def fill(self, page: TestResponse, action: str, changes: dict[str, Any]) -> Values:
        """What the page's form would send after these changes."""
        values = dict(forms(page.text)[action])
        for name, value in changes.items():
            values[name] = value if isinstance(value, list) else [value]
        return values

    def post(self, action: str, values: Values) -> TestResponse:
        """Send a form."""
        return self._kept(self.client.post(action, data=values))

    def send(self, page: str | TestResponse, action: str, **changes: Any) -> TestResponse:
        """Open a page, unless it is open, fill in its form and send it."""
        shown = self.get(page) if isinstance(page, str) else page
        return self.post(action, self.fill(shown, action, changes))

    def file(self, **changes: Any) -> TestResponse:
        """File a comment; a change to None leaves the field out."""
        filled = {**FILING, **changes}
        return self.send(
            "/gui-y-kien", "/gui-y-kien", **{name: value for name, value in filled.items() if value is not None}
        )

    def _kept(self, response: TestResponse) -> TestResponse:
        self.pages.append(response)
        return response
