#!/usr/bin/env bash
# What `make run` does behind the build: a data folder, a first key, the mock provider if no provider key is set, the gateway.
set -euo pipefail
cd "$(dirname "$0")/.."
binary=build/release/switchyard
export SWITCHYARD_DATA_DIR=${SWITCHYARD_DATA_DIR:-./var}
port=${PORT:-8080}
mkdir -p "$SWITCHYARD_DATA_DIR"

key_file=$SWITCHYARD_DATA_DIR/first-key
if [ ! -s "$key_file" ]; then
  (umask 077; "$binary" keys create --name first --token-only > "$key_file")
fi
key=$(cat "$key_file")

mock_pid=
if ! "$binary" env has-provider-key 2>/dev/null; then
  mock_port=${MOCK_PORT:-9090}
  "$binary" mock --host 127.0.0.1 --port "$mock_port" &
  mock_pid=$!
  trap 'kill "$mock_pid" 2>/dev/null || true' EXIT
  export SWITCHYARD_MOCK_URL=http://127.0.0.1:$mock_port
fi

"$binary" serve --port "$port" &
server_pid=$!
trap 'kill -TERM "$server_pid" 2>/dev/null || true; wait "$server_pid" 2>/dev/null || true; [ -z "$mock_pid" ] || kill "$mock_pid" 2>/dev/null || true' EXIT INT TERM
for _ in $(seq 200); do
  curl -sf "http://127.0.0.1:$port/health" >/dev/null 2>&1 && break
  kill -0 "$server_pid" 2>/dev/null || { wait "$server_pid"; exit 1; }
  sleep 0.02
done

cat <<TEXT

Switchyard is running on http://localhost:$port
Key: $key
TEXT
[ -z "$mock_pid" ] || echo "No provider key is set, so a built-in mock provider answers. Put keys into .env.local (see README.md)."
cat <<TEXT

Try it:

curl -sS http://localhost:$port/v1/chat/completions -H "Authorization: Bearer $key" -H "Content-Type: application/json" -d '{"model":"auto","messages":[{"role":"user","content":"Hello"}]}'

curl -sS http://localhost:$port/v1/messages -H "x-api-key: $key" -H "Content-Type: application/json" -d '{"model":"auto","max_tokens":256,"messages":[{"role":"user","content":"Hello"}]}'

Add "stream":true for a stream (and -N to curl). Stop with Ctrl-C.

TEXT
wait "$server_pid"
