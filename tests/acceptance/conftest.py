"""What the acceptance tests share: a post office, and browsers."""

from __future__ import annotations

from tests.jobs.post_office import post
from tests.web.conftest import official, visitor

__all__ = ["official", "post", "visitor"]
