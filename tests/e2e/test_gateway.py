"""Keys, routing, failures, accounting and operation, on the real binary."""

import json
import signal
import socket
import subprocess
import threading
import time

import openai
import pytest

from conftest import BINARY, Gateway, free_port, request, wait_until

NAMED = "mock/gpt-4o"
HELLO = [{"role": "user", "content": "hello"}]


@pytest.fixture
def own_gateway(mock, tmp_path):
    g = Gateway(tmp_path, {"SWITCHYARD_MOCK_URL": mock.url})
    yield g
    g.stop()


def test_keys_are_taken_from_every_header(gateway):
    for headers in ({"Authorization": f"Bearer {gateway.key}"}, {"x-api-key": gateway.key}, {"X-Weave-Router-Key": gateway.key},
                    {"X-Switchyard-Key": gateway.key}):
        status, _, body = request(gateway.url + "/validate", headers=headers)
        assert (status, json.loads(body)["valid"]) == (200, True), headers
    for headers in ({}, {"x-api-key": "rk_wrong"}, {"Authorization": gateway.key}):
        assert request(gateway.url + "/validate", headers=headers)[0] == 401


def test_errors_have_the_dialects_shape(gateway):
    status, headers, body = request(gateway.url + "/v1/messages", "POST", {}, {"x-api-key": "no"})
    assert status == 401 and json.loads(body)["error"]["type"] == "authentication_error"
    assert json.loads(body)["request_id"] == headers["request-id"]
    status, _, body = gateway.post("/v1/chat/completions", {"model": "gpt-5.5-mnii", "messages": HELLO})
    error = json.loads(body)["error"]
    assert status == 404 and error["code"] == "model_not_found" and "did you mean gpt-5.5-mini" in error["message"]
    status, _, body = gateway.post("/v1/chat/completions", {"messages": "no"})
    assert status == 400 and json.loads(body)["error"]["param"] == "messages"
    status, _, body = gateway.post("/v1/messages", b"{broken")
    assert status == 400 and json.loads(body)["error"]["type"] == "invalid_request_error"
    assert gateway.post("/v1/nothing", {})[0] == 404
    assert request(gateway.url + "/v1/messages", headers={"x-api-key": gateway.key})[0] == 405


def test_auto_is_routed_and_says_why(gateway):
    status, headers, _ = gateway.post("/v1/chat/completions", {"model": "auto", "messages": HELLO})
    assert status == 200
    assert headers["x-router-decision"].startswith("cluster:v0.2 top_p=[")
    assert f"model={headers['x-router-model']}" in headers["x-switchyard-reason"]
    status, named, _ = gateway.post("/v1/chat/completions", {"model": "gpt-4o-mini", "messages": HELLO})
    assert named["x-router-decision"].startswith("cluster:"), "a bare vendor name is routed by default"
    status, named, _ = gateway.post("/v1/chat/completions", {"model": "gpt-4o-mini", "messages": HELLO}, x_switchyard_model="honor")
    assert named["x-router-model"] == "gpt-4o-mini"
    status, forced, _ = gateway.post("/v1/chat/completions", {"model": "auto", "messages": HELLO}, x_weave_force_model="claude-opus-5")
    assert forced["x-router-model"] == "claude-opus-5"


def test_the_dial_moves_between_quality_and_price(gateway):
    def chosen(alpha):
        return json.loads(gateway.post("/v1/route", {"messages": HELLO}, x_switchyard_routing_alpha=alpha)[2])

    best, cheapest = chosen("1"), chosen("0")
    cost = {c["model"]: c.get("cost_usd_per_m") for c in best["candidates"]}
    assert cost[best["model"]] > cost[cheapest["model"]]
    assert cost[cheapest["model"]] == min(v for v in cost.values() if v is not None)
    status, _, body = gateway.post("/v1/route", {"messages": HELLO}, x_switchyard_routing_alpha="2")
    assert status == 400 and "from 0 to 1" in json.loads(body)["error"]["message"]


def test_a_record_replays_bit_for_bit_and_a_changed_one_does_not(gateway, tmp_path):
    record = gateway.post("/v1/route?record=whole", {"model": "auto", "messages": [{"role": "user", "content": "Prove it is prime: 97"}]})[2]
    (tmp_path / "record.json").write_text(record)
    assert json.loads(gateway.run("replay", str(tmp_path / "record.json"), "--json"))["same"]
    changed = json.loads(record)
    eligible = next(c for c in changed["candidates"] if c["eligible"])
    eligible["score"] += 0.25
    (tmp_path / "changed.json").write_text(json.dumps(changed))
    report = json.loads(gateway.run("replay", str(tmp_path / "changed.json"), "--json", check=False))
    assert not report["same"] and "score" in report["difference"]


def test_route_command_decides_like_the_gateway(gateway):
    offline = json.loads(gateway.run("route", "--text", "hello"))
    online = json.loads(gateway.post("/v1/route", {"max_tokens": 1024, "messages": HELLO})[2])
    assert (offline["model"], offline["reason"]) == (online["model"], online["reason"])


def test_models_in_both_shapes(gateway):
    ids = {m.id for m in gateway.openai().models.list()}
    assert {"auto", "gpt-5.5", "claude-haiku-4-5"} <= ids
    assert {m.id for m in gateway.anthropic().models.list()} == ids
    assert gateway.openai().models.retrieve("gpt-5.5").owned_by == "openai"
    assert gateway.anthropic().models.retrieve("claude-haiku-4-5-20251001").id == "claude-haiku-4-5"


def test_count_tokens_is_forwarded_or_estimated(gateway):
    count = gateway.anthropic().messages.count_tokens(model="claude-haiku-4-5", messages=[{"role": "user", "content": "one two three"}])
    assert count.input_tokens == 3 + 7
    status, headers, body = gateway.post("/v1/messages/count_tokens", {"model": "gpt-5.5", "max_tokens": 1, "messages": HELLO})
    assert headers["x-switchyard-estimate"] == "true" and json.loads(body)["input_tokens"] > 0


def test_a_failed_attempt_moves_on_and_is_told(gateway, mock):
    for fault in ("status=500", "status=529", "status=429", "malformed"):
        mock.reset()
        mock.rule(fault, times=1)
        status, headers, _ = gateway.post("/v1/messages", {"model": "auto", "max_tokens": 50, "messages": HELLO})
        if fault == "malformed" and headers["x-switchyard-attempts"] == "1":
            continue  # The first choice spoke the client's dialect: its bytes are the client's.
        assert (status, headers["x-switchyard-attempts"]) == (200, "2"), fault


def test_a_stream_that_breaks_before_its_first_event_moves_on(gateway, mock):
    mock.rule("close-after=0", times=1)
    stream = gateway.openai().chat.completions.create(model="auto", stream=True, messages=HELLO)
    assert "".join(c.choices[0].delta.content or "" for c in stream if c.choices).startswith("Mock ")


@pytest.mark.parametrize("model", [NAMED, "mock-anthropic/claude-haiku-4-5"])
@pytest.mark.parametrize("fault", ["close-after=5", "error-after=5"])
def test_a_stream_that_breaks_later_ends_with_an_error_event(gateway, model, fault):
    stream = gateway.openai().chat.completions.create(model=model, stream=True, messages=[{"role": "user", "content": f"x [[mock: {fault} events=9 event-delay=20]]"}])
    with pytest.raises(openai.APIError):
        for _ in stream:
            pass


def test_provider_errors_reach_the_client_with_retry_after(gateway):
    ask = {"messages": [{"role": "user", "content": "x [[mock: status=429 retry-after=7]]"}]}
    status, headers, body = gateway.post("/v1/chat/completions", {"model": NAMED, **ask})
    assert (status, headers["retry-after"]) == (429, "7") and json.loads(body)["error"]["message"] == "mock error 429"
    status, headers, body = gateway.post("/v1/messages", {"model": NAMED, "max_tokens": 5, **ask})
    assert (status, headers["retry-after"]) == (429, "7") and json.loads(body)["error"]["type"] == "rate_limit_error"


def test_the_ledger_counts_tokens_and_cents(own_gateway):
    for _ in range(3):
        own_gateway.openai().chat.completions.create(model=NAMED, messages=[{"role": "user", "content": "a b c"}])
    list(own_gateway.openai().chat.completions.create(model=NAMED, stream=True, messages=[{"role": "user", "content": "a b c"}]))
    row = own_gateway.usage()["gpt-4o"]
    assert (row["requests"], row["errors"], row["input_tokens"]) == (4, 0, 4 * (3 + 7))
    # $2.50 and $10 a million tokens, in pico-dollars.
    assert row["cost_pico_usd"] == row["input_tokens"] * 2_500_000 + row["output_tokens"] * 10_000_000
    metrics = request(own_gateway.url + "/metrics")[2]
    assert 'switchyard_requests_total{dialect="openai_chat",model="gpt-4o",provider="mock",outcome="success",status="200"} 4' in metrics


def test_a_client_that_leaves_ends_the_upstream_call_and_is_accounted(own_gateway, mock):
    body = json.dumps({"model": NAMED, "stream": True, "messages": [{"role": "user", "content": "[[mock: events=1000 event-delay=20]]"}]})
    with socket.create_connection(("127.0.0.1", own_gateway.port)) as s:
        s.sendall((f"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {own_gateway.key}\r\n"
                   f"Content-Length: {len(body)}\r\n\r\n{body}").encode())
        assert b"200 OK" in s.recv(4096)
    gauge = "switchyard_upstream_connections"
    left = time.monotonic()
    assert wait_until(lambda: f"{gauge} 0" in request(own_gateway.url + "/metrics")[2], 2)
    assert time.monotonic() - left < 0.5
    assert own_gateway.usage("outcome")["client_disconnect"]["requests"] == 1


def test_a_revoked_key_stops_within_a_second(own_gateway):
    key = json.loads(own_gateway.run("keys", "create", "--name", "short", "--json"))
    auth = {"x-api-key": key["token"]}
    assert wait_until(lambda: request(own_gateway.url + "/validate", headers=auth)[0] == 200, 1.0)
    own_gateway.run("keys", "revoke", key["id"])
    assert wait_until(lambda: request(own_gateway.url + "/validate", headers=auth)[0] == 401, 1.0)
    rotated = json.loads(own_gateway.run("keys", "rotate", json.loads(own_gateway.run("keys", "list", "--json"))[0]["id"], "--json"))
    assert wait_until(lambda: request(own_gateway.url + "/validate", headers={"x-api-key": rotated["token"]})[0] == 200, 1.0)
    assert request(own_gateway.url + "/validate", headers={"x-api-key": own_gateway.key})[0] == 401


def test_sigterm_finishes_what_runs(own_gateway):
    got = {}

    def ask():
        got["text"] = own_gateway.openai().chat.completions.create(
            model=NAMED, messages=[{"role": "user", "content": "[[mock: delay=800]]"}]).choices[0].message.content

    running = threading.Thread(target=ask)
    running.start()
    time.sleep(0.3)
    assert own_gateway.stop() == 0
    running.join()
    assert got["text"].startswith("Mock ")


def test_sighup_takes_a_good_configuration_and_keeps_the_old_for_a_bad_one(mock, tmp_path):
    g = Gateway(tmp_path, {"SWITCHYARD_MOCK_URL": mock.url})
    chosen = lambda: json.loads(g.post("/v1/route", {"messages": HELLO})[2])["model"]
    (tmp_path / "switchyard.yaml").write_text("routing:\n  hard_pin_model: claude-opus-5\n")
    g.process.send_signal(signal.SIGHUP)
    assert wait_until(lambda: chosen() == "claude-opus-5", 3)
    (tmp_path / "switchyard.yaml").write_text("routing:\n  hard_pin_modle: gpt-5.5\n")
    g.process.send_signal(signal.SIGHUP)
    assert wait_until(lambda: "config_reload_failures_total 1" in request(g.url + "/metrics")[2], 3)
    assert chosen() == "claude-opus-5"
    assert g.stop() == 0


def test_a_bad_variable_stops_the_start_with_its_name(tmp_path):
    for name, value, words in (("ROUTER_NAMED_MODELS", "sometimes", "expected route or honor"), ("PORT", "99999", "from 0 to 65535"),
                               ("ROUTER_NAMED_MODEL", "route", "did you mean ROUTER_NAMED_MODELS")):
        done = subprocess.run([BINARY, "env", "validate"], env={"PATH": "/usr/bin", name: value}, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 1 and name in done.stderr and words in done.stderr, done.stderr


def test_pass_through_uses_the_clients_own_anthropic_credentials(mock, tmp_path):
    g = Gateway(tmp_path, {"ANTHROPIC_BASE_URL": mock.url})
    ask = {"model": "anthropic/claude-haiku-4-5", "max_tokens": 5, "messages": HELLO}
    status, _, body = request(g.url + "/v1/messages", "POST", ask, {"X-Switchyard-Key": g.key, "Authorization": "Bearer sk-ant-oat-own", "anthropic-beta": "b1"})
    assert status == 200, body
    sent = {k.lower(): v for k, v in mock.requests()[-1]["headers"].items()}
    assert sent["authorization"] == "Bearer sk-ant-oat-own" and sent["anthropic-beta"] == "b1"
    assert g.key not in json.dumps(mock.requests())
    status, _, body = request(g.url + "/v1/messages", "POST", ask, {"x-api-key": g.key})
    assert status == 400 and "credentials" in body
    assert g.stop() == 0


def test_provider_keys_replace_the_clients(mock, tmp_path):
    g = Gateway(tmp_path, {"OPENAI_BASE_URL": mock.url + "/v1/", "OPENAI_API_KEY": "sk-real"})
    g.openai().chat.completions.create(model="openai/gpt-4o", messages=HELLO)
    sent = mock.requests()[-1]
    assert sent["path"] == "/v1/chat/completions"
    assert {k.lower(): v for k, v in sent["headers"].items()}["authorization"] == "Bearer sk-real"
    assert g.key not in json.dumps(sent)
    assert g.stop() == 0


def test_browsers_may_call(gateway):
    status, headers, _ = request(gateway.url + "/v1/chat/completions", "OPTIONS", headers={"Origin": "https://app.example", "Access-Control-Request-Headers": "authorization"})
    assert (status, headers["access-control-allow-origin"], headers["access-control-allow-headers"]) == (204, "*", "authorization")


def test_compressed_requests(gateway):
    import gzip
    body = gzip.compress(json.dumps({"model": NAMED, "messages": HELLO}).encode())
    assert gateway.post("/v1/chat/completions", body, content_encoding="gzip")[0] == 200
    assert gateway.post("/v1/chat/completions", body[:-5], content_encoding="gzip")[0] == 400
    assert gateway.post("/v1/chat/completions", body, content_encoding="compress")[0] == 415


def test_base_urls_with_and_without_v1(gateway):
    client = openai.OpenAI(base_url=gateway.url, api_key=gateway.key, max_retries=0)
    assert client.chat.completions.create(model=NAMED, messages=HELLO).choices
    import anthropic
    client = anthropic.Anthropic(base_url=gateway.url + "/v1", api_key=gateway.key, max_retries=0)
    assert client.messages.create(model=NAMED, max_tokens=5, messages=HELLO).content


def test_a_second_gateway_key_never_travels_upstream(mock, tmp_path):
    g = Gateway(tmp_path, {"ANTHROPIC_BASE_URL": mock.url})
    ask = {"model": "anthropic/claude-haiku-4-5", "max_tokens": 5, "messages": HELLO}
    own = {"X-Switchyard-Key": g.key}
    for left in ({"Authorization": "Bearer rk_left_here"}, {"Authorization": "rk_left_here"}, {"x-api-key": "rk_left_here"}, {"x-api-key": "RK_left_here"}):
        status, _, body = request(g.url + "/v1/messages", "POST", ask, {**own, **left})
        assert status == 400 and "credentials" in body, (left, body)
    for name in ("X-Switchyard-Key", "X-Weave-Router-Key"):
        status, _, body = request(g.url + "/v1/messages", "POST", ask, {name: g.key, "x-api-key": g.key, "Authorization": "Bearer sk-ant-oat-own"})
        assert status == 200, body
        sent = {k.lower(): v for k, v in mock.requests()[-1]["headers"].items()}
        assert sent["authorization"] == "Bearer sk-ant-oat-own" and "x-api-key" not in sent
    assert "rk_" not in json.dumps(mock.requests()).lower()
    assert g.stop() == 0


def test_with_auth_off_a_gateway_key_never_travels_upstream(mock, tmp_path):
    g = Gateway(tmp_path, {"ANTHROPIC_BASE_URL": mock.url, "SWITCHYARD_AUTH": "off"})
    ask = {"model": "anthropic/claude-haiku-4-5", "max_tokens": 5, "messages": HELLO}
    for left in ({"Authorization": "Bearer rk_unknown"}, {"x-api-key": "rk_unknown"}, {"Authorization": f"Bearer {g.key}"}):
        status, _, body = request(g.url + "/v1/messages", "POST", ask, left)
        assert status == 400 and "credentials" in body, (left, body)
    status, _, body = request(g.url + "/v1/messages", "POST", ask, {"x-api-key": "sk-ant-own", "Authorization": "Bearer rk_unknown"})
    assert status == 200, body
    assert "rk_" not in json.dumps(mock.requests()).lower()
    assert g.stop() == 0


def test_root_certificates_named_in_the_env_file_are_trusted(tmp_path):
    import http.server
    import ssl
    import threading
    key, root = tmp_path / "key.pem", tmp_path / "root.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", root, "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)

    class Provider(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            self.rfile.read(int(self.headers.get("content-length") or 0))
            body = json.dumps({"id": "c", "object": "chat.completion", "created": 1, "model": "gpt-4o",
                               "choices": [{"index": 0, "message": {"role": "assistant", "content": "over TLS"}, "finish_reason": "stop"}],
                               "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}}).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("localhost", 0), Provider)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(root, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    ask = {"model": "openai/gpt-4o", "messages": HELLO}
    try:
        for env_file, trusted in ((f"SSL_CERT_FILE={root}\n", True), ("", False)):
            (tmp_path / ".env").write_text(env_file)
            g = Gateway(tmp_path, {"OPENAI_API_KEY": "sk-1", "OPENAI_BASE_URL": f"https://localhost:{server.server_port}"})
            status, _, body = g.post("/v1/chat/completions", ask)
            assert g.stop() == 0
            assert (status == 200) == trusted, body
    finally:
        server.shutdown()


def test_compile_and_explain_agree_with_the_gateway(tmp_path):
    def run(*arguments, **env):
        return subprocess.run([BINARY, *arguments], env={"PATH": "/usr/bin", **env}, cwd=tmp_path, capture_output=True, text=True)
    (tmp_path / ".env").write_text("PORT=1234\nOPENAI_API_KEY=sk-hidden\n")
    compiled = run("config", "compile")
    assert compiled.returncode == 0 and json.loads(compiled.stdout)["server"]["port"] == 1234, compiled.stderr
    assert compiled.stdout == json.dumps(json.loads(compiled.stdout), sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"
    explained = run("config", "explain")
    assert "PORT = 1234    # .env:1" in explained.stdout and "OPENAI_API_KEY = set    # .env:2" in explained.stdout
    assert "hidden" not in compiled.stdout + explained.stdout
    for command in ("compile", "explain", "check"):
        bad = run("config", command, OPENAI_BASE_URL="https://user:hunter2@host", ROUTER_EXCLUDED_PROVIDERS="opnai")
        assert bad.returncode == 1 and "OPENAI_BASE_URL" in bad.stderr and "hunter2" not in bad.stdout + bad.stderr
    misspelt = run("serve", ROUTER_EXCLUDED_PROVIDERS="opnai")
    assert misspelt.returncode == 1 and "ROUTER_EXCLUDED_PROVIDERS" in misspelt.stderr and "did you mean openai?" in misspelt.stderr
