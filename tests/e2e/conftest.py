"""Starts the real binary: a mock provider and a gateway in front of it, on free ports, with a folder of their own."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

import anthropic
import openai
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("SWITCHYARD_BINARY", str(ROOT / "build" / "release" / "switchyard"))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def clean_environment(extra):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("SWITCHYARD_", "ROUTER_", "OPENAI_", "ANTHROPIC_", "GOOGLE_", "OPENROUTER_",
                                                                           "AWS_", "AZURE_", "BEDROCK_", "GEMINI_", "VERTEX_"))}
    for name in ("HTTPS_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        env.pop(name, None)
    env.update(extra)
    return env


def request(url, method="GET", body=None, headers=None):
    """Status, headers (lower case), body text; errors are answers too."""
    data = None if body is None else (body if isinstance(body, bytes) else json.dumps(body).encode())
    req = urllib.request.Request(url, data=data, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(req, timeout=20) as answer:
            return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read().decode()
    except urllib.error.HTTPError as e:
        return e.code, {k.lower(): v for k, v in e.headers.items()}, e.read().decode()


def wait_until(check, seconds=10.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if check():
                return True
        except OSError:
            pass
        time.sleep(0.02)
    return False


class Mock:
    def __init__(self):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen([BINARY, "mock", "--port", str(self.port)], stdout=subprocess.DEVNULL)
        assert wait_until(lambda: request(self.url + "/mock/requests")[0] == 200)

    def rule(self, fault, times=1, model=""):
        request(self.url + "/mock/rules", "POST", {"match": {"model": model}, "times": times, "fault": fault})

    def reset(self):
        request(self.url + "/mock", "DELETE")

    def requests(self):
        return json.loads(request(self.url + "/mock/requests")[2])

    def stop(self):
        self.process.kill()
        self.process.wait()


class Gateway:
    def __init__(self, folder, environment):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = folder
        self.env = clean_environment({"SWITCHYARD_DATA_DIR": str(folder / "data"), "SWITCHYARD_ARTIFACTS_DIR": str(ROOT / "artifacts"),
                                      "SWITCHYARD_HOST": "127.0.0.1", "SWITCHYARD_LOG_LEVEL": "warn", **environment})
        self.key = self.run("keys", "create", "--name", "e2e", "--token-only").strip()
        self.start()

    def start(self):
        self.process = subprocess.Popen([BINARY, "serve", "--port", str(self.port)], env=self.env, cwd=self.folder)
        assert wait_until(lambda: request(self.url + "/health")[0] == 200)

    def run(self, *arguments, check=True):
        done = subprocess.run([BINARY, *arguments], env=self.env, cwd=self.folder, capture_output=True, text=True, timeout=60)
        assert not check or done.returncode == 0, done.stderr
        return done.stdout

    def openai(self, **options):
        return openai.OpenAI(base_url=self.url + "/v1", api_key=self.key, max_retries=0, timeout=20, **options)

    def anthropic(self, **options):
        return anthropic.Anthropic(base_url=self.url, api_key=self.key, max_retries=0, timeout=20, **options)

    def post(self, path, body, **headers):
        return request(self.url + path, "POST", body, {"Authorization": f"Bearer {self.key}", "content-type": "application/json",
                                                       **{k.replace("_", "-"): v for k, v in headers.items()}})

    def usage(self, by="model"):
        """The ledger's rows once they have reached the database."""
        time.sleep(0.5)
        return {row[by]: row for row in json.loads(self.run("report", "usage", "--by", by, "--json"))}

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(timeout=30)


@pytest.fixture(scope="session")
def mock():
    m = Mock()
    yield m
    m.stop()


@pytest.fixture(autouse=True)
def fresh_mock(mock):
    mock.reset()


@pytest.fixture(scope="session")
def gateway(mock, tmp_path_factory):
    """Every model is served by the mock, in its owner's dialect."""
    g = Gateway(tmp_path_factory.mktemp("gateway"), {"SWITCHYARD_MOCK_URL": mock.url})
    yield g
    assert g.stop() == 0
