"""Bedrock and Vertex AI through the official SDKs: calls are signed as the clouds' own libraries sign, and their framings
and shapes reach clients as their dialects have them."""

import json
import pathlib
import sys

import anthropic
import openai
import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import fake_clouds  # noqa: E402
from conftest import Gateway  # noqa: E402

CATALOG = """
models:
  - {id: cloudy, owner: anthropic, context_window: 200000, output_max: 8192}
bindings:
  - {model: cloudy, provider: bedrock, upstream_id: 'us.anthropic.claude-x-v1:0', price: {input: 3, output: 15}}
  - {model: cloudy, provider: bedrock-anthropic, upstream_id: 'anthropic.claude-x-v1:0', price: {input: 3, output: 15}}
  - {model: cloudy, provider: vertex-anthropic, upstream_id: claude-x@20250929, price: {input: 3, output: 15}}
"""
ASK = {"messages": [{"role": "user", "content": "Hello?"}]}
TOOL = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}}
KEYS = {"AWS_ACCESS_KEY_ID": fake_clouds.ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": fake_clouds.SECRET_KEY,
        "AWS_SESSION_TOKEN": fake_clouds.SESSION_TOKEN}
VERTEX_PATH = "/v1/projects/p/locations/global/publishers/anthropic/models/claude-x%4020250929"


@pytest.fixture(scope="module")
def clouds():
    fake = fake_clouds.FakeClouds()
    yield fake
    fake.stop()


@pytest.fixture(autouse=True)
def no_problems(clouds):
    clouds.seen.clear()
    yield
    problems, clouds.problems = clouds.problems, []
    assert problems == []


def start(folder, clouds, mock, **environment):
    (folder / "switchyard.yaml").write_text(CATALOG)
    return Gateway(folder, {"AWS_REGION": fake_clouds.REGION, "BEDROCK_BASE_URL": clouds.url, "VERTEX_BASE_URL": clouds.url,
                            "GOOGLE_CLOUD_PROJECT": "p", "SWITCHYARD_MOCK_URL": mock.url, "ROUTER_NAMED_MODELS": "honor",
                            "AWS_EC2_METADATA_DISABLED": "true", **environment})


@pytest.fixture(scope="module")
def cloudy(mock, clouds, tmp_path_factory):
    folder = tmp_path_factory.mktemp("clouds")
    account = clouds.account_file(folder / "account.json")
    g = start(folder, clouds, mock, GOOGLE_APPLICATION_CREDENTIALS=account, **KEYS)
    yield g
    assert g.stop() == 0


def test_openai_plain_from_converse(cloudy, clouds):
    got = cloudy.openai().chat.completions.create(model="bedrock/cloudy", max_tokens=50, **ASK)
    assert got.choices[0].message.content == "Hello from Converse"
    assert got.choices[0].finish_reason == "stop"
    assert (got.usage.prompt_tokens, got.usage.completion_tokens) == (31, 5)
    assert got.usage.prompt_tokens_details.cached_tokens == 20
    path, _, body = clouds.last()
    assert path == "/model/us.anthropic.claude-x-v1%3A0/converse"
    assert body == {"messages": [{"role": "user", "content": [{"text": "Hello?"}]}], "inferenceConfig": {"maxTokens": 50}}


def test_openai_streamed_from_converse(cloudy, clouds):
    text, arguments, finish, usage = "", "", None, None
    for part in cloudy.openai().chat.completions.create(model="bedrock/cloudy", stream=True, stream_options={"include_usage": True},
                                                        tools=[TOOL], **ASK):
        usage = part.usage or usage
        for choice in part.choices:
            text += choice.delta.content or ""
            finish = choice.finish_reason or finish
            for call in choice.delta.tool_calls or []:
                arguments += call.function.arguments or ""
    assert (text, finish) == ("Hello stream", "tool_calls")
    assert json.loads(arguments) == {"city": "Bonn"}
    assert (usage.prompt_tokens, usage.completion_tokens) == (11, 5)
    assert clouds.last()[0].endswith("/converse-stream")


def test_anthropic_from_converse_and_its_thinking_comes_home(cloudy, clouds):
    ask = {"model": "bedrock/cloudy", "max_tokens": 4000, "thinking": {"type": "enabled", "budget_tokens": 1024}}
    got = cloudy.anthropic().messages.create(**ask, **ASK)
    assert [block.type for block in got.content] == ["thinking", "text"]
    assert clouds.last()[2]["additionalModelRequestFields"] == {"thinking": {"type": "enabled", "budget_tokens": 1024}}
    history = ASK["messages"] + [{"role": "assistant", "content": [b.model_dump() for b in got.content]}, {"role": "user", "content": "And?"}]
    cloudy.anthropic().messages.create(**ask, messages=history)
    blocks = clouds.last()[2]["messages"][1]["content"]
    assert blocks[0] == {"reasoningContent": {"reasoningText": {"text": "hm", "signature": "c2ln"}}}


def test_anthropic_streamed_from_converse(cloudy):
    with cloudy.anthropic().messages.stream(model="bedrock/cloudy", max_tokens=100, **ASK) as stream:
        message = stream.get_final_message()
    assert [block.type for block in message.content] == ["text", "tool_use"]
    assert message.content[1].input == {"city": "Bonn"}
    assert (message.stop_reason, message.usage.input_tokens, message.usage.output_tokens) == ("tool_use", 11, 5)


@pytest.mark.parametrize("provider", ["bedrock-anthropic", "vertex-anthropic"])
def test_anthropic_plain_from_claude_of_a_cloud(cloudy, clouds, provider):
    got = cloudy.anthropic().messages.create(model=f"{provider}/cloudy", max_tokens=50, metadata={"user_id": "u"}, **ASK)
    assert got.content[0].text == "Hello from Claude"
    assert (got.usage.input_tokens, got.usage.output_tokens) == (9, 4)
    path, headers, body = clouds.last()
    version = {"bedrock-anthropic": "bedrock-2023-05-31", "vertex-anthropic": "vertex-2023-10-16"}[provider]
    assert body == {"anthropic_version": version, "max_tokens": 50, "metadata": {"user_id": "u"}, **ASK}
    assert path == {"bedrock-anthropic": "/model/anthropic.claude-x-v1%3A0/invoke", "vertex-anthropic": VERTEX_PATH + ":rawPredict"}[provider]
    assert headers.get("x-goog-user-project") == ("payer" if provider.startswith("vertex") else None)


@pytest.mark.parametrize("provider", ["bedrock-anthropic", "vertex-anthropic"])
def test_anthropic_streamed_from_claude_of_a_cloud(cloudy, clouds, provider):
    with cloudy.anthropic().messages.stream(model=f"{provider}/cloudy", max_tokens=100, **ASK) as stream:
        assert "".join(stream.text_stream) == "Hello Claude"
        message = stream.get_final_message()
    assert (message.stop_reason, message.usage.input_tokens, message.usage.output_tokens) == ("end_turn", 9, 4)
    assert clouds.last()[2].get("stream") == (True if provider == "vertex-anthropic" else None)
    assert clouds.last()[0].endswith(("/invoke-with-response-stream", ":streamRawPredict"))


@pytest.mark.parametrize("provider", ["bedrock-anthropic", "vertex-anthropic"])
@pytest.mark.parametrize("streamed", [False, True])
def test_openai_from_claude_of_a_cloud(cloudy, clouds, provider, streamed):
    got = cloudy.openai().chat.completions.create(model=f"{provider}/cloudy", stream=streamed, **ASK)
    if streamed:
        assert "".join(c.choices[0].delta.content or "" for c in got if c.choices) == "Hello Claude"
    else:
        assert got.choices[0].message.content == "Hello from Claude"
    assert "model" not in clouds.last()[2]
    assert clouds.last()[2].get("stream", False) == (streamed and provider == "vertex-anthropic")


def test_one_token_is_bought_for_all_calls(cloudy, clouds):
    for _ in range(5):
        cloudy.anthropic().messages.create(model="vertex-anthropic/cloudy", max_tokens=5, **ASK)
    assert clouds.tokens_sold == 1


@pytest.mark.parametrize("provider", ["bedrock", "bedrock-anthropic"])
def test_errors_of_bedrock_reach_both_sdks(cloudy, clouds, provider):
    clouds.fail_next = (400, {"message": "Malformed input request"})
    with pytest.raises(openai.BadRequestError, match="Malformed input request"):
        cloudy.openai().chat.completions.create(model=f"{provider}/cloudy", **ASK)
    clouds.fail_next = (429, {"message": "Too many tokens"})
    with pytest.raises(anthropic.RateLimitError, match="Too many tokens") as raised:
        cloudy.anthropic().messages.create(model=f"{provider}/cloudy", max_tokens=5, **ASK)
    assert raised.value.body["error"]["type"] == "rate_limit_error"


def test_an_exception_inside_a_stream_ends_it_with_an_error(cloudy, clouds):
    clouds.fail_next = fake_clouds.CONVERSE_EVENTS[:3] + [fake_clouds.exception("modelStreamErrorException", "it broke")]
    with pytest.raises(openai.APIError, match="it broke"):
        list(cloudy.openai().chat.completions.create(model="bedrock/cloudy", stream=True, **ASK))
    clouds.fail_next = [fake_clouds.chunk(e) for e in fake_clouds.ANTHROPIC_EVENTS[:3]] + [
        fake_clouds.exception("throttlingException", "slow down")]
    with pytest.raises(anthropic.APIError, match="slow down"):
        with cloudy.anthropic().messages.stream(model="bedrock-anthropic/cloudy", max_tokens=5, **ASK) as stream:
            stream.get_final_message()


def test_usage_of_clouds_is_in_the_ledger(cloudy):
    cloudy.openai().chat.completions.create(model="bedrock/cloudy", **ASK)
    rows = cloudy.usage("provider")
    assert rows["bedrock"]["cost_usd"] > 0


def test_a_bedrock_api_key_is_sent_instead_of_a_signature(clouds, mock, tmp_path):
    g = start(tmp_path, clouds, mock, AWS_BEARER_TOKEN_BEDROCK=fake_clouds.BEDROCK_API_KEY)
    try:
        got = g.openai().chat.completions.create(model="bedrock/cloudy", **ASK)
        assert got.choices[0].message.content == "Hello from Converse"
        assert clouds.last()[1]["authorization"] == f"Bearer {fake_clouds.BEDROCK_API_KEY}"
        assert "x-amz-date" not in clouds.last()[1]
    finally:
        g.stop()


def test_without_credentials_the_next_provider_answers(clouds, mock, tmp_path):
    g = start(tmp_path, clouds, mock, AWS_PROFILE="no-such-profile", GOOGLE_APPLICATION_CREDENTIALS="no-such-file")
    try:
        got = g.anthropic().messages.with_raw_response.create(model="cloudy", max_tokens=50, **ASK)
        assert got.headers["x-switchyard-provider"] == "mock-anthropic"
        assert got.headers["x-switchyard-attempts"] == "4"
        with pytest.raises(openai.APIStatusError, match="credentials for the provider are not available") as raised:
            g.openai().chat.completions.create(model="bedrock/cloudy", **ASK)
        assert raised.value.status_code == 503
        assert clouds.seen == []
    finally:
        g.stop()
