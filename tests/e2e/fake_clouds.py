"""What Bedrock, Vertex AI and Google's token endpoint would do, as one small server: it checks how calls are signed with
the clouds' own libraries, remembers what came, and answers by the path."""

import base64
import http.server
import json
import struct
import threading
import urllib.parse
import zlib

import jwt
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

ACCESS_KEY, SECRET_KEY, SESSION_TOKEN, REGION = "AKIDEXAMPLE", "secret/+key", "session==", "eu-west-1"
BEDROCK_API_KEY = "bedrock-api-key"
VERTEX_TOKEN = "ya29.bought"
ACCOUNT = "gateway@project.iam.gserviceaccount.com"


def event_stream_message(headers, payload):
    """One message of application/vnd.amazon.eventstream with string headers."""
    head = b"".join(bytes([len(k)]) + k.encode() + b"\x07" + struct.pack(">H", len(v)) + v.encode() for k, v in headers.items())
    prelude = struct.pack(">II", 16 + len(head) + len(payload), len(head))
    message = prelude + struct.pack(">I", zlib.crc32(prelude)) + head + payload
    return message + struct.pack(">I", zlib.crc32(message))


def event(kind, payload):
    headers = {":message-type": "event", ":event-type": kind, ":content-type": "application/json"}
    return event_stream_message(headers, json.dumps(payload).encode())


def exception(kind, message):
    return event_stream_message({":message-type": "exception", ":exception-type": kind}, json.dumps({"message": message}).encode())


def chunk(anthropic_event):
    wrapped = base64.b64encode(json.dumps(anthropic_event).encode()).decode()
    return event("chunk", {"bytes": wrapped, "p": "abcd"})


CONVERSE = {
    "output": {"message": {"role": "assistant", "content": [
        {"reasoningContent": {"reasoningText": {"text": "hm", "signature": "c2ln"}}}, {"text": "Hello from Converse"}]}},
    "stopReason": "end_turn",
    "usage": {"inputTokens": 11, "outputTokens": 5, "totalTokens": 36, "cacheReadInputTokens": 20, "cacheWriteInputTokens": 0},
    "metrics": {"latencyMs": 7}}
CONVERSE_EVENTS = [
    event("messageStart", {"role": "assistant", "p": "ab"}),
    event("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": "Hello "}}),
    event("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": "stream"}}),
    event("contentBlockStop", {"contentBlockIndex": 0}),
    event("contentBlockStart", {"contentBlockIndex": 1, "start": {"toolUse": {"toolUseId": "tooluse_1", "name": "weather"}}}),
    event("contentBlockDelta", {"contentBlockIndex": 1, "delta": {"toolUse": {"input": "{\"city\":"}}}),
    event("contentBlockDelta", {"contentBlockIndex": 1, "delta": {"toolUse": {"input": "\"Bonn\"}"}}}),
    event("contentBlockStop", {"contentBlockIndex": 1}),
    event("messageStop", {"stopReason": "tool_use"}),
    event("metadata", {"usage": {"inputTokens": 11, "outputTokens": 5, "totalTokens": 16}, "metrics": {"latencyMs": 7}})]
ANTHROPIC = {"id": "msg_bdrk_1", "type": "message", "role": "assistant", "model": "claude", "stop_reason": "end_turn",
             "stop_sequence": None, "content": [{"type": "text", "text": "Hello from Claude"}],
             "usage": {"input_tokens": 9, "output_tokens": 4}}
ANTHROPIC_EVENTS = [
    {"type": "message_start", "message": {**ANTHROPIC, "content": [], "stop_reason": None}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hello "}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Claude"}},
    {"type": "content_block_stop", "index": 0},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": 4}},
    {"type": "message_stop", "amazon-bedrock-invocationMetrics": {"inputTokenCount": 9}}]


class FakeClouds:
    def __init__(self):
        self.seen = []  # (path, headers, body)
        self.problems = []
        self.fail_next = None  # A whole answer (status, body) or a list of stream messages.
        self.tokens_sold = 0
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        fake = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                fake.answer(self, body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def account_file(self, path):
        pem = self.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        path.write_text(json.dumps({"type": "service_account", "project_id": "p", "private_key_id": "k1", "private_key": pem.decode(),
                                    "client_email": ACCOUNT, "token_uri": self.url + "/token", "quota_project_id": "payer"}))
        return str(path)

    def last(self):
        path, headers, body = self.seen[-1]
        return path, headers, json.loads(body)

    # --- what the clouds check

    def is_signed(self, path, headers, body):
        if headers.get("authorization") == f"Bearer {BEDROCK_API_KEY}":
            return True
        try:
            parts = dict(p.strip().split("=", 1) for p in headers["authorization"].removeprefix("AWS4-HMAC-SHA256 ").split(","))
            signed = {name: headers[name] for name in parts["SignedHeaders"].split(";")}
            request = AWSRequest("POST", self.url + path, headers=signed, data=body)
            request.context["timestamp"] = headers["x-amz-date"]
            signer = SigV4Auth(Credentials(ACCESS_KEY, SECRET_KEY, SESSION_TOKEN), "bedrock", REGION)
            text = signer.string_to_sign(request, signer.canonical_request(request))
            scope = f"{ACCESS_KEY}/{headers['x-amz-date'][:8]}/{REGION}/bedrock/aws4_request"
            return (parts["Credential"] == scope and headers.get("x-amz-security-token") == SESSION_TOKEN
                    and parts["Signature"] == signer.signature(text, request))
        except (KeyError, ValueError) as e:
            self.problems.append(f"{path}: {e!r}")
            return False

    def sell_token(self, body):
        form = urllib.parse.parse_qs(body.decode())
        claims = jwt.decode(form["assertion"][0], self.key.public_key(), algorithms=["RS256"], audience=self.url + "/token")
        assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
        assert claims["iss"] == ACCOUNT and "cloud-platform" in claims["scope"]
        self.tokens_sold += 1
        return {"access_token": VERTEX_TOKEN, "expires_in": 3600, "token_type": "Bearer"}

    # --- answers

    def answer(self, handler, body):
        headers = {k.lower(): v for k, v in handler.headers.items()}
        path = handler.path
        self.seen.append((path, headers, body))
        try:
            if path == "/token":
                self.seen.pop()
                return self.whole(handler, 200, self.sell_token(body))
            bedrock = path.startswith("/model/")
            if bedrock and not self.is_signed(path, headers, body):
                return self.whole(handler, 403, {"message": "The request signature we calculated does not match"})
            if not bedrock and headers.get("authorization") != f"Bearer {VERTEX_TOKEN}":
                return self.whole(handler, 401, {"error": {"code": 401, "message": "bad token", "status": "UNAUTHENTICATED"}})
            failure, self.fail_next = self.fail_next, None
            if isinstance(failure, tuple):
                return self.whole(handler, *failure)
            return self.by_path(handler, path, failure)
        except Exception as e:  # noqa: BLE001 - told to the test.
            self.problems.append(f"{path}: {e!r}")
            return self.whole(handler, 500, {"message": repr(e)})

    def by_path(self, handler, path, failure):
        if path.endswith("/converse"):
            return self.whole(handler, 200, CONVERSE)
        if path.endswith("/converse-stream"):
            return self.stream(handler, "application/vnd.amazon.eventstream", failure or CONVERSE_EVENTS)
        if path.endswith("/invoke") or path.endswith(":rawPredict"):
            return self.whole(handler, 200, ANTHROPIC)
        if path.endswith("/invoke-with-response-stream"):
            return self.stream(handler, "application/vnd.amazon.eventstream", failure or [chunk(e) for e in ANTHROPIC_EVENTS])
        if path.endswith(":streamRawPredict"):
            events = [f"event: {e['type']}\ndata: {json.dumps(e)}\n\n".encode() for e in ANTHROPIC_EVENTS]
            return self.stream(handler, "text/event-stream", events)
        return self.whole(handler, 404, {"message": "no such path"})

    @staticmethod
    def whole(handler, status, body):
        data = json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("content-type", "application/json")
        handler.send_header("content-length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    @staticmethod
    def stream(handler, content_type, messages):
        """Every message in two pieces, so that they are cut in the middle."""
        handler.send_response(200)
        handler.send_header("content-type", content_type)
        handler.send_header("transfer-encoding", "chunked")
        handler.end_headers()
        for message in messages:
            for piece in (message[:9], message[9:]):
                handler.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
                handler.wfile.flush()
        handler.wfile.write(b"0\r\n\r\n")
