"""What the complaints about other services taught, one file a lesson."""
