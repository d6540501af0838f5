"""What the workers do: drain the outbox by topic; and the processes that ring, drain and keep time."""
