"""The web application for a WSGI server."""

import gc

# What a start makes, it keeps: collecting garbage meanwhile costs a tenth of it and frees nothing. Frozen, it is never
# looked through again.
gc.disable()

from feedback.app import create_app  # noqa: E402 -- the import is most of the start

app = create_app()
gc.freeze()
gc.enable()
