"""The tables: what the database refuses, whoever asks."""
