"""A browser in two words, so that officials recognise their own sessions."""

from __future__ import annotations

# The first that is found names it: Edge calls itself Chrome too, and Chrome calls itself Safari.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("coc_coc", "Cốc Cốc"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def describe(agent: str) -> str:
    """`Chrome, Windows`; what is unknown is left out."""
    lowered = agent.lower()
    found = (next((name for mark, name in table if mark.lower() in lowered), "") for table in (_BROWSERS, _SYSTEMS))
    return ", ".join(word for word in found if word)
