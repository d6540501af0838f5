"""What the acceptance tests share: a post office."""

from __future__ import annotations

from tests.jobs.post_office import post

__all__ = ["post"]
