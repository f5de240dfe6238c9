#!/usr/bin/env bash
# Makes .venv with what the Python tests need (the official SDKs, tokenizers to compare with) and a Node for the
# JavaScript SDKs, and tests/e2e/node/node_modules with those, if they are not there or a list has changed. Further
# lists may be named: scripts/python-env.sh tools/onnx-requirements.txt
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
install_node_packages() {  # folder with a package-lock.json
  local stamp=$1/node_modules/lock.sha256 want
  want=$(sha256sum "$1/package-lock.json" | cut -d' ' -f1)
  [ "$(cat "$stamp" 2>/dev/null || true)" != "$want" ] || return 0
  # Debian 12's Node is too old for the SDKs; none of the packages needs an install script.
  (PATH="$PWD/.venv/bin:$PATH" && cd "$1" && npm ci --silent --ignore-scripts --no-audit --no-fund)
  echo "$want" > "$stamp"
}
install tests/e2e/requirements.txt
install tests/tokenizers/requirements.txt --no-deps
install_node_packages tests/e2e/node
for list in "$@"; do install "$list"; done
