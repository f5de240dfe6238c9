#!/usr/bin/env bash
# Installs what building, testing and running Switchyard needs on Debian 12. Does nothing if all of it is there.
# Needs root or sudo only when something is missing.
#   scripts/install-deps.sh            what `make run` and `make test` need
#   scripts/install-deps.sh --check    only says what is missing; exit code 1 if anything is
set -euo pipefail

packages=(
  clang-19 lld-19 clang-format-19 clang-tidy-19 libclang-rt-19-dev llvm-19   # compiler, sanitizers, checks
  cmake ninja-build ccache make pkg-config                                           # build
  libssl-dev libsimdjson-dev libyaml-cpp-dev libsqlite3-dev                  # TLS, UTF-8 checks, YAML, storage
  zlib1g-dev libzstd-dev libbrotli-dev libcli11-dev libeigen3-dev            # bodies, command line, training
  libgtest-dev libgmock-dev                                                  # tests
  python3 python3-venv openssl curl nginx-light wrk valgrind                           # end-to-end tests and benchmarks
)

missing=()
for package in "${packages[@]}"; do
  if [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)" != installed ]; then
    missing+=("$package")
  fi
done
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "${1:-}" = --check ]; then
  echo "missing: ${missing[*]}"
  exit 1
fi

if ! command -v apt-get >/dev/null 2>&1; then
  echo "Switchyard is built on Debian 12; this system has no apt-get. Install the equivalents of:" >&2
  echo "  ${missing[*]}" >&2
  exit 1
fi
. /etc/os-release
if [ "${ID:-}" != debian ] || [ "${VERSION_ID:-}" != 12 ]; then
  echo "warning: the reference system is Debian 12; this is ${PRETTY_NAME:-unknown}. Trying the same package names." >&2
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null 2>&1; then
    echo "These packages are missing, and installing them needs root or sudo:" >&2
    echo "  apt-get install ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
echo "Installing: ${missing[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
