"""Providers that never stream, and providers that do nothing else: clients get what they asked for all the same."""

import pytest
from conftest import Gateway

CATALOG = """
providers:
  - {{name: whole, base_url: '{url}', auth: none, quirks: {{streams: never}}}}
  - {{name: pieces, base_url: '{url}', auth: none, quirks: {{streams: only}}}}
models:
  - {{id: model-w, owner: x, context_window: 100000, output_max: 4096}}
  - {{id: model-p, owner: x, context_window: 100000, output_max: 4096}}
bindings:
  - {{model: model-w, provider: whole, price: {{input: 1, output: 1}}}}
  - {{model: model-p, provider: pieces, price: {{input: 1, output: 1}}}}
"""
NAMES = {"never": "whole/model-w", "only": "pieces/model-p"}
ASK = [{"role": "user", "content": "hello"}]


@pytest.fixture(scope="module")
def modes(mock, tmp_path_factory):
    folder = tmp_path_factory.mktemp("modes")
    (folder / "switchyard.yaml").write_text(CATALOG.format(url=mock.url))
    g = Gateway(folder, {})
    yield g
    assert g.stop() == 0


@pytest.mark.parametrize("model", NAMES.values(), ids=list(NAMES))
def test_openai_clients_get_streams_and_whole_answers(modes, model):
    client = modes.openai()
    whole = client.chat.completions.create(model=model, messages=ASK)
    chunks = list(client.chat.completions.create(model=model, messages=ASK, stream=True, stream_options={"include_usage": True}))
    assert whole.choices[0].message.content and whole.choices[0].finish_reason == "stop"
    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == whole.choices[0].message.content
    assert chunks[-1].usage.total_tokens == whole.usage.total_tokens > 0


@pytest.mark.parametrize("model", NAMES.values(), ids=list(NAMES))
def test_anthropic_clients_get_streams_and_whole_answers(modes, model):
    client = modes.anthropic()
    whole = client.messages.create(model=model, max_tokens=100, messages=ASK)
    with client.messages.stream(model=model, max_tokens=100, messages=ASK) as stream:
        streamed = stream.get_final_message()
    assert streamed.content[0].text == whole.content[0].text
    assert streamed.stop_reason == whole.stop_reason == "end_turn"
    assert streamed.usage.output_tokens == whole.usage.output_tokens > 0
