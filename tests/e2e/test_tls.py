"""TLS on both sides and a proxy between them, on the real binary and with certificates made for the test."""

import contextlib
import socket
import ssl
import subprocess
import threading

import pytest

from conftest import Gateway, request

NAMED = "mock/gpt-4o"
HELLO = [{"role": "user", "content": "hello"}]


class Certificates:
    """A root, and a certificate for localhost that it signed."""

    def __init__(self, folder):
        self.root, self.certificate, self.key = (str(folder / name) for name in ("root.pem", "leaf.pem", "leaf.key"))
        root_key = str(folder / "root.key")
        make = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
        for command in ([*make, "-keyout", root_key, "-out", self.root, "-subj", "/CN=test root"],
                        [*make, "-keyout", self.key, "-out", self.certificate, "-subj", "/CN=test leaf", "-CA", self.root, "-CAkey", root_key,
                         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"]):
            subprocess.run(command, check=True, capture_output=True)


class Relay:
    """Accepts connections, lets `open_far_end` say where each one's bytes go, and passes them on in both directions."""

    def __init__(self, open_far_end):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.open_far_end = open_far_end
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                threading.Thread(target=self.serve, args=(near,), daemon=True).start()

    def serve(self, near):
        with contextlib.suppress(OSError):  # A refused handshake is one: the client's error is what counts.
            near, far = self.open_far_end(near)
            threading.Thread(target=self.pump, args=(far, near), daemon=True).start()
            self.pump(near, far)

    @staticmethod
    def pump(source, sink):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)

    def close(self):
        self.listener.close()


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def tls_mock(mock, certificates):
    """The mock provider behind TLS; `handshakes` tells of each whether it resumed a session."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.certificate, certificates.key)
    handshakes = []

    def open_far_end(near):
        near = context.wrap_socket(near, server_side=True)
        handshakes.append(near.session_reused)
        return near, socket.create_connection(("127.0.0.1", mock.port))

    relay = Relay(open_far_end)
    relay.handshakes = handshakes
    relay.url = f"https://localhost:{relay.port}"
    yield relay
    relay.close()


@pytest.fixture
def proxy():
    """`heads` holds the CONNECT heads that came."""
    heads = []

    def open_far_end(near):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += near.recv(1)
        heads.append(head.decode())
        far = socket.create_connection(("127.0.0.1", int(head.split()[1].rsplit(b":", 1)[1])))
        near.sendall(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Connected\r\n\r\n")
        return near, far

    relay = Relay(open_far_end)
    relay.heads = heads
    yield relay
    relay.close()


@contextlib.contextmanager
def running(folder, kind=Gateway, **environment):
    gateway = kind(folder, environment)
    try:
        yield gateway
    finally:
        assert gateway.stop() == 0


class TlsGateway(Gateway):
    def start(self):
        self.url = f"https://localhost:{self.port}"
        super().start()


def test_serves_tls_to_an_official_sdk(mock, certificates, tmp_path, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", certificates.root)
    with running(tmp_path, TlsGateway, SWITCHYARD_MOCK_URL=mock.url, SWITCHYARD_TLS_CERTIFICATE=certificates.certificate,
                 SWITCHYARD_TLS_KEY=certificates.key) as gateway:
        client = gateway.openai()
        whole = client.chat.completions.create(model=NAMED, messages=HELLO).choices[0].message.content
        streamed = client.chat.completions.create(model=NAMED, messages=HELLO, stream=True)
        assert whole and "".join(c.choices[0].delta.content or "" for c in streamed if c.choices) == whole
        with pytest.raises(OSError):
            request(f"http://localhost:{gateway.port}/health")
        monkeypatch.delenv("SSL_CERT_FILE")
        with pytest.raises(OSError, match="certificate verify failed"):
            request(gateway.url + "/health")


def test_calls_providers_over_tls_when_ssl_cert_file_names_their_root(tls_mock, certificates, tmp_path):
    with running(tmp_path, SWITCHYARD_MOCK_URL=tls_mock.url, SSL_CERT_FILE=certificates.root) as gateway:
        for _ in range(3):
            assert gateway.post("/v1/chat/completions", {"model": NAMED, "messages": HELLO})[0] == 200
        assert 1 <= len(tls_mock.handshakes) <= 3, "connections are reused"
        assert tls_mock.handshakes[0] is False


def test_answers_with_an_error_when_a_providers_certificate_is_not_trusted(tls_mock, mock, tmp_path):
    with running(tmp_path, SWITCHYARD_MOCK_URL=tls_mock.url) as gateway:
        status, _, body = gateway.post("/v1/chat/completions", {"model": NAMED, "messages": HELLO})
        assert status in (502, 503) and "localhost" not in body
    assert mock.requests() == []


@pytest.mark.parametrize("no_proxy, proxied", [("", True), ("other.example", True), ("LocalHost", False), ("*", False)])
def test_reaches_providers_through_https_proxy_unless_no_proxy_names_them(tls_mock, proxy, certificates, tmp_path, no_proxy, proxied):
    with running(tmp_path, SWITCHYARD_MOCK_URL=tls_mock.url, SSL_CERT_FILE=certificates.root, NO_PROXY=no_proxy,
                 HTTPS_PROXY=f"http://user:secret@127.0.0.1:{proxy.port}") as gateway:
        assert gateway.post("/v1/chat/completions", {"model": NAMED, "messages": HELLO})[0] == 200
    assert len(tls_mock.handshakes) == 1
    assert [head.split()[1] for head in proxy.heads] == ([f"localhost:{tls_mock.port}"] if proxied else [])
    assert all("proxy-authorization: Basic dXNlcjpzZWNyZXQ=" in head for head in proxy.heads)


def test_an_upload_passes_through_tls_on_both_sides(tls_mock, certificates, tmp_path, monkeypatch):
    """Over TLS 1.3 a provider's first bytes are session tickets, not an answer: the upload must go on."""
    monkeypatch.setenv("SSL_CERT_FILE", certificates.root)
    with running(tmp_path, TlsGateway, SWITCHYARD_MOCK_URL=tls_mock.url, SWITCHYARD_TLS_CERTIFICATE=certificates.certificate,
                 SWITCHYARD_TLS_KEY=certificates.key, SSL_CERT_FILE=certificates.root) as gateway:
        for _ in range(2):
            made = gateway.openai().files.create(file=("big.jsonl", b"x" * 5_000_000), purpose="batch")
            assert made.bytes == 5_000_000
