"""OPENAI_, OPENROUTER_, GOOGLE_ and ANTHROPIC_BASE_URL at a server of another make (Python's http.server): through the
gateway the SDKs get what they get from it directly, with and without the version in the URL."""

import http.server
import json
import threading

import anthropic
import openai
import pytest
from conftest import Gateway

CALLS = [{"id": "call_1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}]


def chat_answer(body):
    last = body["messages"][-1]["content"]
    message = {"role": "assistant", "content": None if body.get("tools") else f"You said {last}."}
    if body.get("tools"):
        message["tool_calls"] = CALLS
    return {"id": "chatcmpl-x", "object": "chat.completion", "created": 1, "model": body["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls" if body.get("tools") else "stop"}],
            "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}}


def chat_stream(body):
    for delta, finish in (({"role": "assistant", "content": "Wor"}, None), ({"content": "ds"}, None), ({}, "stop")):
        yield {"id": "chatcmpl-x", "object": "chat.completion.chunk", "created": 1, "model": body["model"],
               "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.seen.append((self.path, self.headers.get("authorization") or self.headers.get("x-api-key")))
        if "teapot" in json.dumps(body["messages"]):
            error = {"error": {"message": "I am a teapot", "type": "invalid_request_error", "param": None, "code": "teapot"}}
            return self.answer(418, error if "chat" in self.path else {"type": "error", **error})
        if self.path.endswith("/messages"):
            return self.answer(200, {"id": "msg_1", "type": "message", "role": "assistant", "model": body["model"],
                                     "content": [{"type": "text", "text": "Hi."}], "stop_reason": "end_turn",
                                     "stop_sequence": None, "usage": {"input_tokens": 3, "output_tokens": 2}})
        if not body.get("stream"):
            return self.answer(200, chat_answer(body))
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        for chunk in chat_stream(body):
            self.wfile.write(b"data: " + json.dumps(chunk).encode() + b"\n\n")
        self.wfile.write(b"data: [DONE]\n\n")
        self.close_connection = True

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def server():
    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.seen = []
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()


def cases(client, model):
    """Plain, tool-calling, streamed and refused, as the SDK tells them."""
    ask = [{"role": "user", "content": "hello"}]
    plain = client.chat.completions.create(model=model, messages=ask)
    tool = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}
    called = client.chat.completions.create(model=model, messages=ask, tools=[tool])
    streamed = "".join(c.choices[0].delta.content or "" for c in client.chat.completions.create(model=model, messages=ask, stream=True)
                       if c.choices)
    with pytest.raises(openai.APIStatusError) as refused:
        client.chat.completions.create(model=model, messages=[{"role": "user", "content": "teapot"}])
    return (plain.choices[0].message.content, plain.usage.total_tokens, called.choices[0].finish_reason,
            [c.model_dump() for c in called.choices[0].message.tool_calls], streamed, refused.value.status_code,
            refused.value.body["message"], refused.value.body["code"])


MODELS = {"openai": "openai/gpt-5.5", "openrouter": "openrouter/claude-haiku-4-5", "google": "google/gemini-2.5-flash"}


@pytest.mark.parametrize("suffix", ["", "/v1"])
@pytest.mark.parametrize("provider", list(MODELS))
def test_sdk_gets_what_it_gets_without_the_gateway(server, tmp_path, provider, suffix):
    url = f"http://127.0.0.1:{server.server_port}"
    name = provider.upper()
    g = Gateway(tmp_path, {f"{name}_API_KEY": "provider-key", f"{name}_BASE_URL": url + suffix})
    try:
        server.seen.clear()
        through = cases(g.openai(), MODELS[provider])
        assert {key for _, key in server.seen} == {"Bearer provider-key"}
        assert len({path for path, _ in server.seen}) == 1 and server.seen[0][0].endswith("/chat/completions")
        direct = cases(openai.OpenAI(base_url=url + "/v1", api_key="x", max_retries=0), "m")
        assert through == direct
    finally:
        assert g.stop() == 0


def test_anthropic_gets_what_it_gets_without_the_gateway(server, tmp_path):
    url = f"http://127.0.0.1:{server.server_port}"
    g = Gateway(tmp_path, {"ANTHROPIC_API_KEY": "provider-key", "ANTHROPIC_BASE_URL": url})
    try:
        server.seen.clear()
        ask = {"max_tokens": 9, "messages": [{"role": "user", "content": "hello"}]}
        answers = [c.messages.create(model=m, **ask) for c, m in
                   ((g.anthropic(), "anthropic/claude-haiku-4-5"),
                    (anthropic.Anthropic(base_url=url, api_key="x", max_retries=0), "m"))]
        assert answers[0].content == answers[1].content and answers[0].usage.output_tokens == answers[1].usage.output_tokens
        assert server.seen[0] == ("/v1/messages", "provider-key")
    finally:
        assert g.stop() == 0
