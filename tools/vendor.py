"""Fetches the front-end files that the site serves: named npm tarballs, checked against `vendor.lock.json`.

Run it by hand when a version in the lock changes (`python tools/vendor.py`); the files it writes are committed, so
neither an installation nor a start ever needs Node or a network. Standard library only.
"""

import base64
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCK = Path(__file__).with_name("vendor.lock.json")
SOURCE_MAP = re.compile(r"\s*(?://|/\*)# sourceMappingURL=\S+(?: \*/)?\s*$")


def without_source_map(text: str) -> str:
    """The maps are not served; a dangling reference to one would be a 404 in every developer console."""
    return SOURCE_MAP.sub("\n", text)


def without_crown_property(text: str) -> str:
    """GDS Transport and the royal arms are not licensed outside gov.uk: no rule may name or load either."""
    text = re.sub(r"@font-face\{[^}]*\}", "", text)
    text = text.replace("GDS Transport,arial,sans-serif", "Be Vietnam Pro,system-ui,arial,sans-serif")
    text = re.sub(r"url\(/assets/images/govuk-crest\.svg\)", "none", text)
    return without_source_map(text)


CHANGES: dict[str, Callable[[str], str]] = {
    "without_source_map": without_source_map,
    "without_crown_property": without_crown_property,
}


def registry() -> str:
    """Where npm packages come from: the environment first, else what the machine's npm is set to."""
    named = os.environ.get("NPM_CONFIG_REGISTRY")
    if not named and shutil.which("npm"):
        named = subprocess.run(["npm", "config", "get", "registry"], check=True, capture_output=True, text=True).stdout
    if not named or not named.strip().startswith(("https://", "http://")):
        sys.exit("No npm registry is known: set NPM_CONFIG_REGISTRY.")
    return named.strip().rstrip("/")


def fetch(package: dict[str, Any], source: str) -> bytes:
    """The tarball's bytes, refused unless they have the sha512 of the lock."""
    name, version = package["name"], package["version"]
    url = f"{source}/{name}/-/{name.rpartition('/')[2]}-{version}.tgz"
    with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - registry() allows http(s) only
        content: bytes = answer.read()
    found = "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode()
    if found != package["integrity"]:
        sys.exit(f"{name} {version}: the tarball has {found}, the lock says {package['integrity']}")
    return content


def chosen(package: dict[str, Any], tarball: bytes) -> Iterator[tuple[dict[str, str], bytes]]:
    """Each file the lock names, as (its entry, the bytes to write)."""
    with tarfile.open(fileobj=io.BytesIO(tarball), mode="r:gz") as archive:
        for entry in package["files"]:
            member = archive.extractfile(f"package/{entry['from']}")
            if member is None:
                sys.exit(f"{package['name']}: no file {entry['from']}")
            content = member.read()
            if "change" in entry:
                content = CHANGES[entry["change"]](content.decode()).encode()
            yield entry, content


def main() -> None:
    """Writes every file of the lock and records the sha256 of what was written."""
    lock = json.loads(LOCK.read_text(encoding="utf-8"))
    source = registry()
    for package in lock["packages"]:
        for entry, content in chosen(package, fetch(package, source)):
            target = ROOT / entry["to"]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            entry["sha256"] = hashlib.sha256(content).hexdigest()
            print(f"{entry['to']}  {len(content):,} bytes")
    LOCK.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
