#!/usr/bin/env bash
# Writes requirements.lock anew from setup.cfg. Give `--upgrade` to take newer versions, `--upgrade-package NAME` for one.
# The pinned uv that the first start unpacked is used, so that every lock is written by the same tool.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
uv=$(find .venv -maxdepth 2 -path '*/uv-*/uv' -print -quit 2>/dev/null || true)
"${uv:-uv}" pip compile setup.cfg --extra dev --universal --python-version 3.11 --generate-hashes \
    --quiet --output-file requirements.lock "$@"
