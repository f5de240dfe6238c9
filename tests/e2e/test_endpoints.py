"""The endpoints that are handed on to a provider, by the official SDK and by raw bytes, on the real binary."""

import base64
import json
import socket
import struct
import threading
import time

import openai
import pytest

from conftest import Gateway, free_port, request, wait_until

MODEL = "text-embedding-3-small"  # No model of the catalog: it goes to the default provider as it is.
MB = 1 << 20


@pytest.fixture
def own_gateway(mock, tmp_path):
    g = Gateway(tmp_path, {"SWITCHYARD_MOCK_URL": mock.url})
    yield g
    g.stop()


@pytest.fixture
def client(gateway):
    return gateway.openai()


def last(mock, path):
    return [r for r in mock.requests() if r["path"] == path][-1]


def header(recorded, name):
    return {k.lower(): v for k, v in recorded["headers"].items()}.get(name)


def peak_bytes(gateway):
    with open(f"/proc/{gateway.process.pid}/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))


def raw_upload(gateway, head, body=b""):
    s = socket.create_connection(("127.0.0.1", gateway.port), timeout=20)
    lines = [head, "Host: x", f"Authorization: Bearer {gateway.key}", "Content-Type: multipart/form-data; boundary=b"]
    s.sendall("\r\n".join(lines).encode() + body)
    return s


FILE_HEAD = b'--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nbatch\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="big.jsonl"\r\n\r\n'
FILE_TAIL = b"\r\n--b--\r\n"


def test_embeddings_come_as_floats_and_in_base64(client, mock):
    encoded = client.embeddings.create(model=MODEL, input=["hello", "world"])
    floats = client.embeddings.create(model=MODEL, input=["hello", "world"], encoding_format="float")
    assert [len(e.embedding) for e in floats.data] == [8, 8]
    for a, b in zip(encoded.data, floats.data):
        assert a.embedding == pytest.approx(b.embedding)
    assert floats.data[0].embedding != floats.data[1].embedding
    assert floats.usage.prompt_tokens == 2
    assert len(client.embeddings.create(model=MODEL, input=[1, 2, 3], dimensions=16).data[0].embedding) == 16


def test_only_the_models_name_is_changed(gateway, mock):
    body = b'{ "input" : "h\\u0069", "model":"mock/gpt-4o" ,"x":[1.50, 2e3],"y" : null}'
    mock.reset()
    status, headers, _ = gateway.post("/v1/embeddings", body, openai_beta="b=1", x_api_key="sk-of-the-client")
    seen = last(mock, "/v1/embeddings")
    assert status == 200
    assert seen["body"].encode() == body.replace(b'"mock/gpt-4o"', b'"gpt-4o"')
    assert header(seen, "openai-beta") == "b=1" and header(seen, "x-api-key") is None and header(seen, "authorization") is None
    assert gateway.key not in json.dumps(seen)
    assert (headers["x-switchyard-model"], headers["x-switchyard-provider"]) == ("gpt-4o", "mock")
    assert headers["x-switchyard-request-id"].startswith("req_") and headers["x-switchyard-upstream-request-id"] == "req_mock"


def test_moderations(client):
    assert [r.flagged for r in client.moderations.create(input=["peace", "violence"]).results] == [False, True]


def test_images_are_made_and_edited(client, mock):
    made = client.images.generate(model="gpt-image-1", prompt="a cat", n=2)
    assert base64.b64decode(made.data[1].b64_json).startswith(b"\x89PNG")
    edited = client.images.edit(model="gpt-image-1", image=("a.png", b"\x89PNG" * 100, "image/png"), prompt="a dog")
    assert len(edited.data) == 1 and edited.usage.total_tokens == 15


def test_speech_is_streamed_as_it_is_made(client, mock):
    sound = client.audio.speech.create(model="tts-1", voice="alloy", input="[[mock: size=5000]]").read()
    assert sound == bytes(i & 0xFF for i in range(5000))
    begun = time.monotonic()
    with client.audio.speech.with_streaming_response.create(model="tts-1", voice="alloy", input="[[mock: size=4096 event-delay=300]]") as answer:
        assert answer.headers["content-type"] == "audio/mpeg"
        next(answer.iter_bytes(1024))
        assert time.monotonic() - begun < 0.9, "the first bytes come before the last are made"


def test_a_sound_that_breaks_off_is_not_taken_for_whole(client):
    with pytest.raises(openai.APIConnectionError):
        client.audio.speech.create(model="tts-1", voice="alloy", input="[[mock: size=4096 close-after=2]]").read()


def test_transcriptions_and_translations_upload_a_form(client, mock):
    for call in (client.audio.transcriptions.create, client.audio.translations.create):
        answer = call(model="whisper-1", file=("talk.wav", b"RIFF" + bytes(100_000), "audio/wav"))
        assert answer.text == "Mock whisper-1 heard 100004 bytes of talk.wav."


def test_a_forms_model_gets_the_providers_name(gateway, mock):
    mock.reset()
    answer = gateway.openai().audio.transcriptions.create(model="mock/gpt-4o", file=("a.wav", bytes(200_000)))
    assert answer.text == "Mock gpt-4o heard 200000 bytes of a.wav."
    seen = last(mock, "/v1/audio/transcriptions")
    assert b"mock/gpt-4o" not in seen["body"].encode(), "the name was cut out"


def test_files_are_uploaded_listed_read_and_deleted(client):
    content = b'{"custom_id":"1"}\n' * 1000
    made = client.files.create(file=("in.jsonl", content), purpose="batch")
    assert (made.filename, made.bytes, made.purpose) == ("in.jsonl", len(content), "batch")
    assert made.id in {f.id for f in client.files.list()}
    assert client.files.retrieve(made.id).bytes == len(content)
    assert client.files.content(made.id).read() == content
    assert client.files.delete(made.id).deleted
    with pytest.raises(openai.NotFoundError):
        client.files.retrieve(made.id)


def test_batches(client):
    batch = client.batches.create(input_file_id="file-1", endpoint="/v1/chat/completions", completion_window="24h")
    assert (batch.status, batch.input_file_id) == ("validating", "file-1")
    assert client.batches.retrieve("batch_7").status == "completed"
    assert client.batches.cancel("batch_7").status == "cancelling"
    assert list(client.batches.list()) == []


def test_a_named_provider_gets_it_and_others_are_refused(gateway):
    assert gateway.post("/v1/embeddings", {"model": MODEL, "input": "a"}, x_switchyard_provider="mock")[0] == 200
    for provider, status, said in (("nobody", 404, "'nobody' is not set up"), ("mock-anthropic", 400, "has no such endpoint")):
        got, _, body = gateway.post("/v1/embeddings", {"model": MODEL, "input": "a"}, x_switchyard_provider=provider)
        assert got == status and said in json.loads(body)["error"]["message"]
    got, _, body = gateway.post("/v1/embeddings", {"model": "claude-haiku-4-5", "input": "a"})
    assert got == 404 and "no provider with OpenAI's endpoints" in json.loads(body)["error"]["message"]


def test_without_a_provider_it_says_what_is_missing(mock, tmp_path):
    g = Gateway(tmp_path, {"ANTHROPIC_API_KEY": "sk-ant"})
    try:
        for path, body in (("/v1/embeddings", {"model": MODEL, "input": "a"}), ("/v1/batches", {})):
            status, _, text = g.post(path, body)
            assert status == 404 and "OPENAI_API_KEY" in json.loads(text)["error"]["message"]
    finally:
        g.stop()


def test_other_paths_need_a_model_and_stay_in_their_dialect(gateway):
    for path in ("/v1/nothing", "/v1/messages/batches", "/v1/routes"):
        status, _, body = gateway.post(path, {})
        assert status == 404 and "is not a path of this gateway" in json.loads(body)["error"]["message"], path
    assert gateway.post("/v1/messages/batches", {"model": MODEL})[0] == 404
    assert gateway.post("/v1/models", {"model": MODEL})[0] == 405
    status, headers, _ = gateway.post("/v1/rerank", {"model": "mock/rank", "messages": [{"role": "user", "content": "x"}]})
    assert (status, headers["x-switchyard-provider"], headers["x-switchyard-model"]) == (200, "mock", "rank")


@pytest.mark.parametrize("path", ["/v1/files/../models", "/v1/files/%2e%2e/x", "/v1/files/a%2Fb", "/v1/files//x", "/v1/files/.",
                                  "/v1/files?key=rk_abc", "/v1/files?key=%72k_abc", "/v1/files/a%00"])
def test_paths_that_lead_elsewhere_are_refused(gateway, mock, path):
    mock.reset()
    with socket.create_connection(("127.0.0.1", gateway.port)) as s:
        s.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nx-api-key: {gateway.key}\r\nConnection: close\r\n\r\n".encode())
        assert s.makefile("rb").readline().startswith(b"HTTP/1.1 400 ")
    assert mock.requests() == []


def test_wrong_bodies_are_told_apart(gateway):
    def told(path, body, **headers):
        status, _, text = gateway.post(path, body, **headers)
        return status, json.loads(text)["error"]["message"]

    assert told("/v1/audio/transcriptions", b"x", content_type="text/plain")[0] == 415
    status, message = told("/v1/files", b"x", content_type="multipart/form-data")
    assert status == 400 and "boundary" in message
    assert told("/v1/files", b"x", content_type="multipart/form-data; boundary=b", content_encoding="gzip")[0] == 415
    assert told("/v1/embeddings", b"{broken")[0] == 400
    assert told("/v1/embeddings", {"model": 7}) == (400, "model: expected a string")
    assert told("/v1/embeddings", {"model": "m" * 257})[0] == 400
    status, message = told("/v1/embeddings", {"model": "auto"})
    assert status == 400 and "'auto'" in message
    assert request(gateway.url + "/v1/embeddings", "POST", {})[0] == 401


def test_a_providers_errors_are_the_clients(gateway, client, mock):
    for status, kind in ((429, openai.RateLimitError), (500, openai.InternalServerError), (404, openai.NotFoundError)):
        mock.rule(f"status={status} retry-after=3")
        with pytest.raises(kind) as caught:
            client.embeddings.create(model=MODEL, input="a")
        assert caught.value.body["message"] == f"mock error {status}"
        assert caught.value.response.headers["retry-after"] == "3"
        mock.rule(f"status={status}")
        with pytest.raises(kind):
            client.files.create(file=("a", b"x" * 300_000), purpose="batch")


def test_another_binding_is_asked_for_what_leaves_nothing_behind(mock, tmp_path):
    """gpt-4o is at openai, where nobody listens or everybody is busy, and at the mock."""
    g = Gateway(tmp_path, {"SWITCHYARD_MOCK_URL": mock.url, "OPENAI_API_KEY": "sk-1", "OPENAI_BASE_URL": f"http://127.0.0.1:{free_port()}"})
    try:
        status, headers, _ = g.post("/v1/embeddings", {"model": "gpt-4o", "input": "a"})
        assert (status, headers["x-switchyard-provider"], headers["x-switchyard-attempts"]) == (200, "mock", "2")
        status, _, body = g.post("/v1/audio/speech", {"model": "gpt-4o", "input": "a"})
        assert status == 502 and json.loads(body)["error"]["type"]
        status, _, body = g.post("/v1/audio/transcriptions", FILE_HEAD + FILE_TAIL, content_type="multipart/form-data; boundary=b")
        assert status == 502
    finally:
        g.stop()
    busy = Gateway(tmp_path, {"SWITCHYARD_MOCK_URL": mock.url, "OPENAI_API_KEY": "sk-1", "OPENAI_BASE_URL": mock.url})
    try:
        for fault in ("status=429", "status=503"):
            mock.reset()
            mock.rule(fault)
            status, headers, _ = busy.post("/v1/moderations", {"model": "gpt-4o", "input": "a"})
            assert (status, headers["x-switchyard-attempts"], len(mock.requests())) == (200, "2", 2)
            assert header(mock.requests()[0], "authorization") == "Bearer sk-1"
        mock.reset()
        mock.rule("status=400")
        assert busy.post("/v1/moderations", {"model": "gpt-4o", "input": "a"})[0] == 400
    finally:
        busy.stop()


def test_each_request_is_one_entry_with_usage_and_cost(own_gateway, mock):
    c = own_gateway.openai()
    c.embeddings.create(model="mock/gpt-4o", input="one two three")
    c.images.generate(model="mock/gpt-4o", prompt="x", n=1)
    c.files.create(file=("a", b"x"), purpose="batch")
    mock.rule("status=500")
    with pytest.raises(openai.InternalServerError):
        c.moderations.create(model="mock/gpt-4o", input="x")
    rows = own_gateway.usage()
    row = rows["gpt-4o"]
    assert row["requests"] == 3 and row["input_tokens"] == 3 + 5 and row["output_tokens"] == 10, row
    assert sum(r["requests"] for r in rows.values()) == 4
    cost = next(v for k, v in row.items() if "cost" in k)
    assert float(cost) > 0


def test_an_upload_of_64_mb_is_not_held_in_memory(own_gateway, mock):
    own_gateway.openai().files.create(file=("warm", b"x" * MB), purpose="batch")
    before = peak_bytes(own_gateway)
    for framing in ("length", "chunked"):
        size = 64 * MB
        total = len(FILE_HEAD) + size + len(FILE_TAIL)
        line = f"Content-Length: {total}" if framing == "length" else "Transfer-Encoding: chunked"
        with raw_upload(own_gateway, "POST /v1/files HTTP/1.1", f"\r\n{line}\r\n\r\n".encode()) as s:
            def send(data):
                s.sendall(data if framing == "length" else b"%x\r\n%s\r\n" % (len(data), data))
            send(FILE_HEAD)
            block = b"x" * MB
            for _ in range(64):
                send(block)
            send(FILE_TAIL)
            if framing == "chunked":
                s.sendall(b"0\r\n\r\n")
            answer = s.recv(65536)
            assert answer.startswith(b"HTTP/1.1 200 "), answer
            assert b'"bytes":%d' % size in answer
    assert peak_bytes(own_gateway) - before < 16 * MB  # Less than 1 in the release build; sanitizers keep freed memory.


def test_a_provider_that_takes_nothing_slows_the_client_down(tmp_path):
    """Back-pressure: the gateway does not read what it cannot hand on."""
    listener = socket.create_server(("127.0.0.1", 0))
    g = Gateway(tmp_path, {"OPENAI_API_KEY": "sk-1", "OPENAI_BASE_URL": f"http://127.0.0.1:{listener.getsockname()[1]}"})
    try:
        before = peak_bytes(g)
        with raw_upload(g, "POST /v1/files HTTP/1.1", f"\r\nContent-Length: {200 * MB}\r\n\r\n".encode() + FILE_HEAD) as s:
            s.settimeout(1)
            sent = 0
            with pytest.raises(TimeoutError):
                for _ in range(200):
                    s.sendall(b"x" * MB)
                    sent += 1
            assert sent < 64 and peak_bytes(g) - before < 8 * MB
            # An orderly end would wait behind what the gateway does not read.
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        assert wait_until(lambda: "client_disconnect" in request(g.url + "/metrics")[2])
    finally:
        g.stop()
        listener.close()


def test_an_upload_that_is_given_up_ends_at_the_provider_too(tmp_path):
    listener = socket.create_server(("127.0.0.1", 0))
    g = Gateway(tmp_path, {"OPENAI_API_KEY": "sk-1", "OPENAI_BASE_URL": f"http://127.0.0.1:{listener.getsockname()[1]}"})
    try:
        s = raw_upload(g, "POST /v1/files HTTP/1.1", f"\r\nContent-Length: {10 * MB}\r\n\r\n".encode() + FILE_HEAD + b"x" * 200_000)
        listener.settimeout(10)
        provider, _ = listener.accept()
        provider.settimeout(10)
        assert b"POST /v1/files HTTP/1.1" in provider.recv(65536)
        s.close()
        got = b"."
        try:
            while got:
                got = provider.recv(65536)
        except ConnectionResetError:
            pass
        provider.close()
        assert wait_until(lambda: "client_disconnect" in request(g.url + "/metrics")[2])
    finally:
        g.stop()
        listener.close()


def test_a_client_that_leaves_ends_the_call(own_gateway, mock):
    mock.rule("delay=5000")
    s = socket.create_connection(("127.0.0.1", own_gateway.port))
    body = json.dumps({"model": MODEL, "input": "a"}).encode()
    s.sendall(f"POST /v1/embeddings HTTP/1.1\r\nHost: x\r\nx-api-key: {own_gateway.key}\r\nContent-Type: application/json\r\n"
              f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
    assert wait_until(lambda: mock.requests())
    begun = time.monotonic()
    s.close()
    assert wait_until(lambda: "client_disconnect" in request(own_gateway.url + "/metrics")[2])
    assert time.monotonic() - begun < 3


def test_a_provider_that_refuses_an_upload_at_once_is_heard(tmp_path):
    """It answers without reading the body, and closes."""
    listener = socket.create_server(("127.0.0.1", 0))

    def refuse():
        provider, _ = listener.accept()
        provider.recv(1000)
        provider.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nContent-Type: text/x\r\nConnection: close\r\n\r\nno")
        time.sleep(0.2)
        provider.close()

    thread = threading.Thread(target=refuse)
    thread.start()
    g = Gateway(tmp_path, {"OPENAI_API_KEY": "sk-1", "OPENAI_BASE_URL": f"http://127.0.0.1:{listener.getsockname()[1]}"})
    try:
        with raw_upload(g, "POST /v1/files HTTP/1.1", f"\r\nContent-Length: {30 * MB}\r\n\r\n".encode() + FILE_HEAD) as s:
            try:
                for _ in range(30):
                    s.sendall(b"x" * MB)
            except (ConnectionResetError, BrokenPipeError):
                pass
            answer = s.recv(65536)
        assert answer.startswith(b"HTTP/1.1 413 ") and answer.endswith(b"no") and b"content-type: text/x" in answer
    finally:
        g.stop()
        thread.join()
        listener.close()
