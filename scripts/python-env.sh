#!/usr/bin/env bash
# Makes .venv with what the end-to-end tests need (the official Python SDKs, and a Node for the JavaScript ones), and
# tests/e2e/node/node_modules, if they are not there or their lists have changed.
set -euo pipefail
cd "$(dirname "$0")/.."
list=tests/e2e/requirements.txt
lock=tests/e2e/node/package-lock.json
stamp=.venv/requirements.sha256
want=$(cat "$list" "$lock" | sha256sum | cut -d' ' -f1)
[ "$(cat "$stamp" 2>/dev/null || true)" != "$want" ] || [ ! -d tests/e2e/node/node_modules ] || exit 0
python3 -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check -r "$list"
# Debian 12's Node is too old for the SDKs; no package of theirs needs its install script.
(cd tests/e2e/node && PATH="$OLDPWD/.venv/bin:$PATH" npm ci --silent --ignore-scripts --no-audit --no-fund)
echo "$want" > "$stamp"
