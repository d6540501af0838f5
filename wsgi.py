"""The web application for a WSGI server."""

from feedback.app import create_app

app = create_app()
