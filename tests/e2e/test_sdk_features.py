"""What single SDKs do beyond the common ground of test_matrix.py, through the gateway and, where the gateway has no such
endpoint, against the mock: which so proves that it speaks as the vendor does."""

import json

import openai
import pydantic
import pytest
from google import genai
from google.genai import errors as google_errors
from google.genai import types

from clients import PARAMETERS
from test_matrix import MODEL, PROVIDERS, matrix  # noqa: F401, a fixture


class Answer(pydantic.BaseModel):
    answer: str
    words: int


@pytest.fixture
def mock_openai(mock):
    return openai.OpenAI(base_url=mock.url + "/v1", api_key="none", max_retries=0, timeout=20)


CLIENTS_KEPT = []  # Google's client closes its connections as soon as nobody holds it, even during a call of its own.


def google(url, key="none"):
    CLIENTS_KEPT.append(genai.Client(api_key=key, http_options=types.HttpOptions(base_url=url, timeout=20000)))
    return CLIENTS_KEPT[-1]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_responses_parse_gives_the_type(matrix, provider):  # noqa: F811
    done = matrix.openai().responses.parse(model=f"{provider}/{MODEL}", input="one two", text_format=Answer, store=False)
    assert done.output_parsed == Answer(answer="mock", words=2)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_chat_parse_gives_the_type(matrix, provider):  # noqa: F811
    done = matrix.openai().chat.completions.parse(model=f"{provider}/{MODEL}", messages=[{"role": "user", "content": "one two"}], response_format=Answer)
    assert done.choices[0].message.parsed == Answer(answer="mock", words=2)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_gemini_schema_gives_the_type(matrix, provider):  # noqa: F811
    config = types.GenerateContentConfig(response_mime_type="application/json", response_schema=Answer)
    done = google(matrix.url, matrix.key).models.generate_content(model=f"{provider}/{MODEL}", contents="one two", config=config)
    assert done.parsed == Answer(answer="mock", words=2)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_gemini_calls_python_functions_by_itself(matrix, provider):  # noqa: F811
    asked = []

    def weather(city: str, n: int) -> str:
        """The weather of a city."""
        asked.append((city, n))
        return "sun"

    done = google(matrix.url, matrix.key).models.generate_content(
        model=f"{provider}/{MODEL}", contents="x [[mock: tools=1]]", config=types.GenerateContentConfig(tools=[weather]))
    assert asked == [('Paris "0"', 0)]
    assert "Results: 1." in done.text


def test_gemini_counts_tokens_and_lists_models(matrix):  # noqa: F811
    client = google(matrix.url, matrix.key)
    assert client.models.count_tokens(model=f"gemini/{MODEL}", contents="one two three").total_tokens > 0
    assert MODEL in {m.name.removeprefix("models/") for m in client.models.list()}


def test_gemini_errors_have_googles_shape(matrix):  # noqa: F811
    with pytest.raises(google_errors.ClientError) as e:
        google(matrix.url, "rk_wrong").models.generate_content(model=MODEL, contents="x")
    assert (e.value.code, e.value.status) == (401, "UNAUTHENTICATED")
    with pytest.raises(google_errors.ClientError) as e:
        google(matrix.url, matrix.key).models.generate_content(model="no-such-model", contents="x")
    assert (e.value.code, e.value.status) == (404, "NOT_FOUND")


def test_gemini_blocked_prompt_reaches_its_client(matrix):  # noqa: F811
    done = google(matrix.url, matrix.key).models.generate_content(model=f"gemini/{MODEL}", contents="x [[mock: block=SAFETY]]")
    assert done.prompt_feedback.block_reason == types.BlockedReason.SAFETY
    assert not done.candidates


def test_responses_custom_tools(matrix):  # noqa: F811
    done = matrix.openai().responses.create(model=f"responses/{MODEL}", input="x [[mock: tools=1]]", tools=[{"type": "custom", "name": "shell"}])
    assert (done.output[0].type, done.output[0].input) == ("custom_tool_call", 'free text "0"')


def test_mock_remembers_responses(mock_openai):
    first = mock_openai.responses.create(model="m", input="one two")
    second = mock_openai.responses.create(model="m", input="three", previous_response_id=first.id)
    assert second.output_text == "Mock m read 8 words."
    assert mock_openai.responses.retrieve(second.id).output_text == second.output_text
    assert [i.type for i in mock_openai.responses.input_items.list(second.id)] == ["message"] * 3
    mock_openai.responses.delete(first.id)
    with pytest.raises(openai.NotFoundError):
        mock_openai.responses.retrieve(first.id)
    with pytest.raises(openai.BadRequestError) as e:
        mock_openai.responses.create(model="m", input="three", previous_response_id=first.id)
    assert e.value.code == "previous_response_not_found"


def test_mock_streams_every_responses_event(mock_openai):
    tools = [{"type": "function", "name": "f", "parameters": PARAMETERS, "strict": False}, {"type": "custom", "name": "g"}]
    seen = [e for e in mock_openai.responses.create(model="m", input="[[mock: tools=2]]", tools=tools, stream=True, reasoning={"summary": "auto"})]
    assert [e.sequence_number for e in seen] == list(range(len(seen)))
    types_seen = {e.type for e in seen}
    assert {"response.created", "response.reasoning_summary_text.delta", "response.function_call_arguments.done",
            "response.custom_tool_call_input.done", "response.completed"} <= types_seen


def test_mock_embeds_for_google(mock):
    client = google(mock.url)
    one = client.models.embed_content(model="gemini-embedding-001", contents="x", config=types.EmbedContentConfig(output_dimensionality=16))
    two = client.models.embed_content(model="gemini-embedding-001", contents=["x", "y"], config=types.EmbedContentConfig(output_dimensionality=16))
    assert len(one.embeddings[0].values) == 16
    assert one.embeddings[0].values == two.embeddings[0].values != two.embeddings[1].values
    assert client.models.count_tokens(model="m", contents="one two").total_tokens == 2 + 7


def test_mock_speaks_chat_under_googles_path_and_old_completions(mock):
    chat = openai.OpenAI(base_url=mock.url + "/v1beta/openai", api_key="none").chat.completions.create(model="m", messages=[{"role": "user", "content": "x"}])
    assert chat.choices[0].message.content == "Mock m read 1 words."
    old = openai.OpenAI(base_url=mock.url + "/v1", api_key="none")
    assert old.completions.create(model="m", prompt="one two").choices[0].text == "Mock m read 2 words."
    assert "".join(c.choices[0].text for c in old.completions.create(model="m", prompt="one two", stream=True)) == "Mock m read 2 words."


def test_gemini_streams_as_one_array_without_alt_sse(matrix):  # noqa: F811
    status, _, body = matrix.post(f"/v1beta/models/gemini%2F{MODEL}:streamGenerateContent", {"contents": [{"parts": [{"text": "one"}]}]})
    pieces = json.loads(body)
    assert status == 200
    assert "".join(p["text"] for c in pieces for p in c["candidates"][0]["content"]["parts"]) == f"Mock {MODEL} read 1 words."
