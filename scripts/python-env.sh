#!/usr/bin/env bash
# Makes .venv with what the Python tests need (the official SDKs, tokenizers to compare with), if it is not there or a
# list has changed. Further lists may be named: scripts/python-env.sh tools/onnx-requirements.txt
set -euo pipefail
cd "$(dirname "$0")/.."
[ -x .venv/bin/python ] || python3 -m venv .venv
install() {  # list, pip options
  local list=$1 stamp want
  shift
  stamp=.venv/$(echo "$list" | tr / _).sha256
  want=$(sha256sum "$list" | cut -d' ' -f1)
  [ "$(cat "$stamp" 2>/dev/null || true)" != "$want" ] || return 0
  .venv/bin/python -m pip install --quiet --disable-pip-version-check "$@" -r "$list"
  echo "$want" > "$stamp"
}
install tests/e2e/requirements.txt
install tests/tokenizers/requirements.txt --no-deps
for list in "$@"; do install "$list"; done
