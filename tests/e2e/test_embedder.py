"""`switchyard embedder embed --remote` against a small embedding server."""

import http.server
import json
import subprocess
import threading

import pytest

from conftest import BINARY, clean_environment


class Server(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    status = 200
    requests = []

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).requests.append((self.path, self.headers.get("Authorization"), body))
        # The vector says how long the text is, so that a swapped order shows; the entries come last first.
        data = [{"object": "embedding", "index": i, "embedding": [3.0 * len(t), 4.0 * len(t), len(t) % 2]} for i, t in enumerate(body["input"])]
        answer = json.dumps({"object": "list", "data": data[::-1], "model": body["model"]}).encode()
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    Server.status, Server.requests = 200, []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running.server_address[1]
        running.shutdown()


def embed(url, texts):
    lines = "".join(json.dumps(text) + "\n" for text in texts)
    return subprocess.run([BINARY, "embedder", "embed", "--remote", url, "--model", "small"], input=lines.encode(), capture_output=True,
                          env=clean_environment({"OPENAI_API_KEY": "sk-test"}), timeout=30)


def test_remote_vectors_come_back_in_order_and_of_length_one(server):
    done = embed(f"http://127.0.0.1:{server}/v1", ["abcd", "é", " \n"])
    assert done.returncode == 0, done.stderr
    first, second, blank = (json.loads(line) for line in done.stdout.splitlines())
    assert first == pytest.approx([0.6, 0.8, 0])
    assert second == pytest.approx([3 / 26**0.5, 4 / 26**0.5, 1 / 26**0.5])
    assert blank == [0, 0, 0]
    path, authorization, body = Server.requests[-1]
    assert (path, authorization) == ("/v1/embeddings", "Bearer sk-test")
    assert body == {"model": "small", "encoding_format": "float", "input": ["é"]}


def test_a_remote_refusal_names_the_status_and_no_key(server):
    Server.status = 401
    done = embed(f"http://127.0.0.1:{server}", ["a"])
    assert done.returncode != 0
    assert b"answered 401" in done.stderr and b"sk-test" not in done.stderr


def test_a_remote_server_that_is_not_there_is_an_error():
    done = embed("http://127.0.0.1:9", ["a"])
    assert done.returncode != 0 and done.stderr
