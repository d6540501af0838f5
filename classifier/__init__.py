"""The router of comments: knows text and labels, nothing of Flask, the database or the queue."""
