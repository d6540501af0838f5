"""Takes the pictures of the handbook for officials from the browser tests: cut to one screen, made small."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
TAKEN, KEPT = ROOT / "var" / "screenshots", ROOT / "docs" / "officials"
HIGHEST = 1400  # pixels; what is below is told in words
COLOURS = 64
# The handbook's name of each picture, and the one that a test takes.
PICTURES = {
    "queue": "keyboard-queue-1280",
    "case": "desk-returned-1280",
    "check": "desk-gate-refused-1280",
    "deadline": "desk-deadline-375",
    "publish": "desk-publish-preview-1280",
}


def main() -> None:
    """Write each picture anew."""
    KEPT.mkdir(exist_ok=True)
    for name, taken in PICTURES.items():
        with Image.open(TAKEN / f"{taken}.png") as picture:
            cut = picture.convert("RGB").crop((0, 0, picture.width, min(picture.height, HIGHEST)))
            cut.quantize(COLOURS).save(KEPT / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
