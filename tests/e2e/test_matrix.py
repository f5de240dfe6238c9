"""Every client dialect against every provider dialect. The mock refuses what the vendor would, and reasoning state that it
did not issue: so an answer proves that the translation was one that the vendor takes."""

import json

import pytest

from clients import BROKEN, CLIENTS, ERRORS, IMAGE, status_of
from conftest import Gateway

PROVIDERS = {
    "chat": {"dialect": "openai_chat"},
    "responses": {"dialect": "openai_responses"},
    "anthropic": {"dialect": "anthropic"},
    "gemini": {"dialect": "gemini"},
}
MODEL = "gemini-3-pro-preview"  # Gemini 3 is the strictest about thought signatures; the other dialects take any name.
KEEPS_STATE = {"responses", "anthropic", "gemini"}  # Providers that issue opaque reasoning state.


@pytest.fixture(scope="module")
def matrix(mock, tmp_path_factory):
    folder = tmp_path_factory.mktemp("matrix")
    capabilities = {"tools": True, "images": True, "json_schema": True, "reasoning": True}
    catalog = {
        "providers": [{"name": name, "base_url": mock.url, "api_key": "secret-" + name, **entry} for name, entry in PROVIDERS.items()],
        "models": [{"id": MODEL, "owner": "google", "context_window": 1000000, "output_max": 64000, "tier": "high", "capabilities": capabilities}],
        "bindings": [{"model": MODEL, "provider": name, "upstream_id": MODEL, "price": {"input": "1", "output": "2"}, "date": "2026-08-22"}
                     for name in PROVIDERS],
    }
    (folder / "catalog.json").write_text(json.dumps(catalog))
    g = Gateway(folder, {"SWITCHYARD_CATALOG": str(folder / "catalog.json")})
    yield g
    assert g.stop() == 0


@pytest.fixture(params=CLIENTS, scope="module")
def client(request, matrix):
    made = CLIENTS[request.param](matrix.url, matrix.key)
    made.name = request.param
    return made


@pytest.fixture(params=PROVIDERS)
def provider(request):
    return request.param


@pytest.fixture
def model(provider):
    return f"{provider}/{MODEL}"


def shown_thought(client, provider):
    """Chat completions cannot ask OpenAI for a summary of its reasoning, which not every account may have."""
    return "" if (client.name, provider) == ("chat", "responses") else "Thinking about it."


both = pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])


@both
def test_a_question_is_answered(client, model, stream):
    reply = client.ask(model, client.user("one two three"), stream=stream)
    assert reply.text == f"Mock {MODEL} read 3 words."
    assert reply.usage == (3 + 7, len(reply.text) // 4 + 1)


@both
def test_an_answer_cut_at_its_limit_says_so(client, model, stream):
    assert client.ask(model, client.user("x [[mock: finish=length]]"), stream=stream).cut
    assert not client.ask(model, client.user("x"), stream=stream).cut


def test_a_stream_that_breaks_ends_with_the_sdks_error(client, model):
    with pytest.raises(BROKEN):
        client.ask(model, client.user("x [[mock: error-after=6 events=20]]"), stream=True)


@both
def test_a_tool_is_called(client, model, stream):
    reply = client.ask(model, client.user("x [[mock: tools=1]]"), tools=True, stream=stream)
    assert [(name, arguments) for _, name, arguments in reply.calls] == [("weather", {"city": 'Paris "0"', "n": 0})]


@both
def test_parallel_calls_get_their_results(client, model, stream):
    talk = client.user("x [[mock: tools=3]]")
    reply = client.ask(model, talk, tools=True, stream=stream)
    assert [arguments["n"] for _, _, arguments in reply.calls] == [0, 1, 2]
    assert len({call for call, _, _ in reply.calls}) == 3
    talk += client.results(reply.calls)
    assert "Results: 3." in client.ask(model, talk, tools=True, stream=stream).text


def test_an_image_arrives(client, model, mock):
    assert "Images: 1." in client.ask(model, client.user("what is it", image=True)).text
    sent = mock.requests()[-1]["body"]
    assert IMAGE in sent.replace("-", "+").replace("_", "/"), "Google's SDK writes the base64 of URLs"


@both
def test_structured_output_follows_its_schema(client, model, stream):
    assert json.loads(client.ask(model, client.user("one two"), schema=True, stream=stream).text) == {"answer": "mock", "words": 2}


@pytest.mark.parametrize("status", [429, 500])
@both
def test_a_providers_error_is_the_sdks_error(client, model, mock, status, stream):
    mock.rule(f"status={status}")
    with pytest.raises(ERRORS) as e:
        client.ask(model, client.user("x"), stream=stream)
    assert status_of(e.value) in ({429} if status == 429 else {500, 502})


@both
def test_reasoning_state_comes_home_over_two_turns(client, provider, model, stream):
    talk = client.user("x [[mock: tools=1]]")
    first = client.ask(model, talk, tools=True, thinking=True, stream=stream)
    assert first.calls and first.thought == shown_thought(client, provider)
    talk += client.results(first.calls)
    second = client.ask(model, talk, tools=True, thinking=True, stream=stream)
    assert "Results: 1." in second.text
    assert ("Thoughts: 1." in second.text) == (provider in KEEPS_STATE)


@pytest.mark.parametrize("other", PROVIDERS)
def test_reasoning_state_reaches_nobody_but_its_issuer(client, provider, other):
    """The conversation moves to another provider: which would refuse state that it did not issue."""
    talk = client.user("x")
    assert client.ask(f"{provider}/{MODEL}", talk, thinking=True).thought == shown_thought(client, provider)
    talk += client.user("y")
    second = client.ask(f"{other}/{MODEL}", talk, thinking=True)
    assert ("Thoughts: 1." in second.text) == (other == provider and provider in KEEPS_STATE)
