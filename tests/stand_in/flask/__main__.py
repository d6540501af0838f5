"""A stand-in for the service's command line: what `up` relies on, nothing behind it, and quick to start."""

import json
import os
import signal
import sys
import time
from pathlib import Path

VAR = Path(os.environ["VAR_DIR"])
SAMPLE = {"reference": "PA-2026-000001", "title": "Cổng dịch vụ công báo lỗi", "status": "routed", "body": "Sở Nội vụ"}
ACCOUNT = {"email": "can.bo@demo.invalid", "role": "officer", "role_name": "Cán bộ", "body": "Sở Nội vụ"}


def serve(name: str) -> None:
    """Run until told to stop, leaving a mark for each start."""
    deaf = name in os.environ.get("STAND_IN_DEAF", "").split()
    signal.signal(signal.SIGTERM, signal.SIG_IGN if deaf else lambda *_: sys.exit(0))
    with (VAR / f"{name}.starts").open("a") as marks:
        marks.write(f"{os.getpid()}\n")
    while True:
        time.sleep(0.05)


def step(name: str) -> None:
    """Fail when the test asks for it."""
    reason = os.environ.get("STAND_IN_FAILS", "")
    if reason.startswith(name):
        sys.exit(reason)


def status() -> None:
    """Say that the sample is pending on the first question, and routed on the second."""
    asked = VAR / "asked"
    decision = "auto" if asked.exists() else "pending"
    asked.touch()
    print(json.dumps([{**SAMPLE, "confidence": 0.91, "decision": decision}]))


COMMANDS = {
    "db upgrade": lambda: step("upgrade"),
    "bodies load": lambda: step("bodies"),
    "calendar load": lambda: step("calendar"),
    "officers demo": lambda: print(json.dumps([ACCOUNT])),
    "samples file": lambda: print('[{"reference": "PA-2026-000001", "key": "ABCD"}]'),
    "samples status": status,
    "dispatch": lambda: serve("dispatcher"),
    "worker": lambda: serve("worker"),
    "clock run": lambda: serve("clock"),
}

if __name__ == "__main__":
    words = " ".join(sys.argv[1:]).removeprefix("--app wsgi ")
    next(run for name, run in COMMANDS.items() if words.startswith(name))()
