"""The web application as it is deployed, where every request comes from an address of its own, as citizens' do."""

from __future__ import annotations

import secrets

from feedback.app import create_app
from feedback.web import limits


def _some_address() -> str:
    return secrets.token_hex(8)


# The limit counts as always. From one address, a benchmark's thousands of filings would be counted in one long list.
limits._address = _some_address
app = create_app()
