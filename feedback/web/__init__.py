"""The web face, thin: parse, permit, one service call, render."""
