#!/usr/bin/env bash
# Makes .venv with what the end-to-end tests need (the official SDKs), if it is not there or the list has changed.
set -euo pipefail
cd "$(dirname "$0")/.."
list=tests/e2e/requirements.txt
stamp=.venv/requirements.sha256
want=$(sha256sum "$list" | cut -d' ' -f1)
[ "$(cat "$stamp" 2>/dev/null || true)" != "$want" ] || exit 0
python3 -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check -r "$list"
echo "$want" > "$stamp"
