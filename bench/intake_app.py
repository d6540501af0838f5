"""The web application as it is deployed, with room for a benchmark's worth of filings from one address."""

from __future__ import annotations

from feedback.app import create_app
from feedback.web import limits

limits.FILINGS = "100000000 per hour"  # type: ignore[misc]  # the limit is counted as always, only never reached
app = create_app()
