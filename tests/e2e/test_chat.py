"""The official SDKs through the gateway give what they give directly."""

import json

import anthropic
import openai
import pytest

PROMPT = "How many words are these?"
TOOL = {"city": {"type": "string"}, "n": {"type": "integer"}}
OPENAI_TOOL = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": TOOL}}}
ANTHROPIC_TOOL = {"name": "weather", "input_schema": {"type": "object", "properties": TOOL}}
IMAGE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

# One model of each provider dialect: the gateway translates for one of them in every client dialect.
MODELS = ["mock/gpt-5.5", "mock-anthropic/claude-haiku-4-5"]


def direct_openai(mock):
    return openai.OpenAI(base_url=mock.url + "/v1", api_key="none", max_retries=0)


def direct_anthropic(mock):
    return anthropic.Anthropic(base_url=mock.url, api_key="none", max_retries=0)


@pytest.mark.parametrize("model", MODELS)
def test_openai_plain(gateway, mock, model):
    got = gateway.openai().chat.completions.create(model=model, messages=[{"role": "user", "content": PROMPT}])
    want = direct_openai(mock).chat.completions.create(model=model.split("/")[1], messages=[{"role": "user", "content": PROMPT}])
    assert got.choices[0].message.content == want.choices[0].message.content
    assert got.choices[0].finish_reason == "stop"
    assert (got.usage.prompt_tokens, got.usage.completion_tokens) == (want.usage.prompt_tokens, want.usage.completion_tokens)
    assert got.model == model.split("/")[1]


@pytest.mark.parametrize("model", MODELS)
def test_anthropic_plain(gateway, mock, model):
    ask = {"max_tokens": 100, "system": "Be brief.", "messages": [{"role": "user", "content": PROMPT}]}
    got = gateway.anthropic().messages.create(model=model, **ask)
    want = direct_anthropic(mock).messages.create(model=model.split("/")[1], **ask)
    assert got.content[0].text == want.content[0].text
    assert got.stop_reason == "end_turn"
    assert (got.usage.input_tokens, got.usage.output_tokens) == (want.usage.input_tokens, want.usage.output_tokens)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("fault", ["", "[[mock: cut=1]]", "[[mock: cut=7]]", "[[mock: events=50]]"])
def test_openai_streamed(gateway, mock, model, fault):
    text, finish, usage = "", None, None
    stream = gateway.openai().chat.completions.create(model=model, stream=True, stream_options={"include_usage": True},
                                                      messages=[{"role": "user", "content": PROMPT + fault}])
    for chunk in stream:
        if chunk.usage:
            usage = chunk.usage
        for choice in chunk.choices:
            text += choice.delta.content or ""
            finish = choice.finish_reason or finish
    want = "".join(f"token{i} " for i in range(50)) if "events" in fault else f"Mock {model.split('/')[1]} read "
    assert text.startswith(want)
    assert finish == "stop"
    assert usage.prompt_tokens > 5


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("fault", ["", "[[mock: cut=1]]", "[[mock: cut=5]]"])
def test_anthropic_streamed(gateway, model, fault):
    with gateway.anthropic().messages.stream(model=model, max_tokens=100, messages=[{"role": "user", "content": PROMPT + fault}]) as stream:
        text = "".join(stream.text_stream)
        message = stream.get_final_message()
    assert text.startswith(f"Mock {model.split('/')[1]} read ")
    assert message.stop_reason == "end_turn"
    assert message.usage.input_tokens > 5 and message.usage.output_tokens > 1


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("streamed", [False, True])
def test_openai_parallel_tools(gateway, model, streamed):
    ask = dict(model=model, tools=[OPENAI_TOOL], messages=[{"role": "user", "content": "weather [[mock: tools=3]]"}])
    if streamed:
        calls = {}
        for chunk in gateway.openai().chat.completions.create(stream=True, **ask):
            for choice in chunk.choices:
                for call in choice.delta.tool_calls or []:
                    entry = calls.setdefault(call.index, ["", ""])
                    entry[0] += call.function.name or ""
                    entry[1] += call.function.arguments or ""
                finish = choice.finish_reason
        calls = [calls[i] for i in sorted(calls)]
    else:
        choice = gateway.openai().chat.completions.create(**ask).choices[0]
        finish = choice.finish_reason
        calls = [(c.function.name, c.function.arguments) for c in choice.message.tool_calls]
    assert finish == "tool_calls"
    assert [name for name, _ in calls] == ["weather"] * 3
    assert [json.loads(a) for _, a in calls] == [{"city": f'Paris "{i}"', "n": i} for i in range(3)]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("streamed", [False, True])
def test_anthropic_parallel_tools(gateway, model, streamed):
    ask = dict(model=model, max_tokens=500, tools=[ANTHROPIC_TOOL], messages=[{"role": "user", "content": "weather [[mock: tools=2]]"}])
    if streamed:
        with gateway.anthropic().messages.stream(**ask) as stream:
            message = stream.get_final_message()
    else:
        message = gateway.anthropic().messages.create(**ask)
    calls = [b for b in message.content if b.type == "tool_use"]
    assert message.stop_reason == "tool_use"
    assert [c.input for c in calls] == [{"city": f'Paris "{i}"', "n": i} for i in range(2)]
    assert len({c.id for c in calls}) == 2


def test_tool_results_travel_to_the_other_dialect(gateway, mock):
    gateway.openai().chat.completions.create(model=MODELS[1], tools=[OPENAI_TOOL], messages=[
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "weather?"},
        {"role": "assistant", "content": None, "tool_calls": [
            {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city":"A"}'}},
            {"id": "call.2", "type": "function", "function": {"name": "weather", "arguments": '{"city":"B"}'}}]},
        {"role": "tool", "tool_call_id": "call_1", "content": "sun"},
        {"role": "tool", "tool_call_id": "call.2", "content": "rain"},
        {"role": "user", "content": "and now?"}])
    sent = json.loads(mock.requests()[-1]["body"])
    assert sent["system"] == [{"type": "text", "text": "Be brief."}]
    assert [m["role"] for m in sent["messages"]] == ["user", "assistant", "user"]
    results = sent["messages"][2]["content"]
    assert [b["type"] for b in results] == ["tool_result", "tool_result", "text"]
    assert [b["tool_use_id"] for b in results[:2]] == [b["id"] for b in sent["messages"][1]["content"]]


def test_same_dialect_sends_the_clients_own_bytes(gateway, mock):
    body = b'{ "temperature":0.70, "messages":[{"role":"user","content":"caf\\u00e9"}],"model" : "mock/gpt-4o", "unknown_field":[1e2]}'
    status, _, text = gateway.post("/v1/chat/completions", body)
    assert status == 400 and json.loads(text)["error"]["message"] == "Unknown parameter: 'unknown_field'."
    mock.rule("lenient")
    status, headers, text = gateway.post("/v1/chat/completions", body)
    assert status == 200, text
    assert mock.requests()[-1]["body"] == body.decode().replace('"mock/gpt-4o"', '"gpt-4o"')
    assert headers["x-switchyard-model"] == headers["x-router-model"] == "gpt-4o"


@pytest.mark.parametrize("model", MODELS)
def test_images_from_both_dialects(gateway, mock, model):
    gateway.openai().chat.completions.create(model=model, messages=[{"role": "user", "content": [
        {"type": "text", "text": "what is it"}, {"type": "image_url", "image_url": {"url": "data:image/png;base64," + IMAGE}}]}])
    gateway.anthropic().messages.create(model=model, max_tokens=10, messages=[{"role": "user", "content": [
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": IMAGE}}, {"type": "text", "text": "what is it"}]}])
    for sent in mock.requests()[-2:]:
        assert IMAGE in sent["body"]


def test_json_schema_reaches_anthropic(gateway, mock):
    schema = {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"]}
    got = gateway.openai().chat.completions.create(model=MODELS[1], messages=[{"role": "user", "content": "json"}],
                                                   response_format={"type": "json_schema", "json_schema": {"name": "x", "schema": schema}})
    assert json.loads(got.choices[0].message.content)["answer"] == "mock"
    assert json.loads(mock.requests()[-1]["body"])["output_config"]["format"]["schema"] == schema


def test_what_cannot_be_carried_is_refused_by_name(gateway):
    with pytest.raises(openai.BadRequestError) as e:
        gateway.openai().chat.completions.create(model=MODELS[1], n=2, messages=[{"role": "user", "content": "x"}])
    assert e.value.body["message"].startswith("n: ")
    assert e.value.body["param"] == "n"
    with pytest.raises(anthropic.BadRequestError) as e:
        gateway.anthropic().messages.create(model=MODELS[0], max_tokens=5, extra_body={"top_k": 3}, messages=[{"role": "user", "content": "x"}])
    assert "top_k" in e.value.body["error"]["message"]


def test_thinking_is_shown_in_both_dialects(gateway):
    got = gateway.openai().chat.completions.create(model=MODELS[1], reasoning_effort="low", max_completion_tokens=4000,
                                                   messages=[{"role": "user", "content": "think"}])
    assert got.choices[0].message.reasoning_content == "Thinking about it."
    message = gateway.anthropic().messages.create(model=MODELS[0], max_tokens=4000, thinking={"type": "enabled", "budget_tokens": 2000},
                                                  messages=[{"role": "user", "content": "think"}])
    assert [b.type for b in message.content] == ["thinking", "text"]
