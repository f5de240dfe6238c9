"""The official SDKs behind one small face, so that one test can be asked of every client dialect.

A conversation is a list in the SDK's own form: what the SDK answered goes back as it came, as applications do it.
"""

import base64
import dataclasses
import json

import anthropic
import openai
from google import genai
from google.genai import errors as google_errors
from google.genai import types

IMAGE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}, "n": {"type": "integer"}}}
SCHEMA = {"type": "object", "properties": {"answer": {"type": "string"}, "words": {"type": "integer"}},
          "required": ["answer", "words"], "additionalProperties": False}


@dataclasses.dataclass
class Reply:
    text: str = ""
    thought: str = ""
    calls: list = dataclasses.field(default_factory=list)  # (id, name, arguments)
    usage: tuple = (0, 0)  # Input, output.
    cut: bool = False  # It ended at its limit of tokens.


class StreamBroke(Exception):
    """An error event that the SDK leaves to its caller."""


class Chat:
    def __init__(self, url, key):
        self.sdk = openai.OpenAI(base_url=url + "/v1", api_key=key, max_retries=0, timeout=20)

    def user(self, text, image=False):
        if not image:
            return [{"role": "user", "content": text}]
        return [{"role": "user", "content": [{"type": "text", "text": text},
                                             {"type": "image_url", "image_url": {"url": "data:image/png;base64," + IMAGE}}]}]

    def results(self, calls):
        return [{"role": "tool", "tool_call_id": call, "content": "sun"} for call, _, _ in calls]

    def ask(self, model, talk, tools=False, schema=False, thinking=False, stream=False):
        options = {}
        if tools:
            options["tools"] = [{"type": "function", "function": {"name": "weather", "description": "d", "parameters": PARAMETERS}}]
        if schema:
            options["response_format"] = {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA, "strict": True}}
        if thinking:
            options["reasoning_effort"] = "low"
        if stream:
            try:
                with self.sdk.chat.completions.stream(model=model, messages=talk, stream_options={"include_usage": True}, **options) as events:
                    done = events.get_final_completion()
            except openai.LengthFinishReasonError as e:
                done = e.completion
        else:
            done = self.sdk.chat.completions.create(model=model, messages=talk, **options)
        message = done.choices[0].message
        raw = message.model_dump(exclude_none=True, exclude={"parsed"})
        for call in raw.get("tool_calls", []):
            call["function"].pop("parsed_arguments", None)
            call.pop("index", None)
        talk.append(raw)
        calls = [(c.id, c.function.name, json.loads(c.function.arguments)) for c in message.tool_calls or []]
        return Reply(message.content or "", getattr(message, "reasoning_content", None) or "", calls,
                     (done.usage.prompt_tokens, done.usage.completion_tokens), done.choices[0].finish_reason == "length")


class Responses:
    def __init__(self, url, key):
        self.sdk = openai.OpenAI(base_url=url + "/v1", api_key=key, max_retries=0, timeout=20)

    def user(self, text, image=False):
        parts = [{"type": "input_text", "text": text}]
        if image:
            parts.append({"type": "input_image", "image_url": "data:image/png;base64," + IMAGE, "detail": "auto"})
        return [{"role": "user", "content": parts if image else text}]

    def results(self, calls):
        return [{"type": "function_call_output", "call_id": call, "output": "sun"} for call, _, _ in calls]

    def ask(self, model, talk, tools=False, schema=False, thinking=False, stream=False):
        options = {"store": False}
        if tools:
            options["tools"] = [{"type": "function", "name": "weather", "description": "d", "parameters": PARAMETERS, "strict": False}]
        if schema:
            options["text"] = {"format": {"type": "json_schema", "name": "answer", "schema": SCHEMA, "strict": True}}
        if thinking:
            options.update(reasoning={"effort": "low", "summary": "auto"}, include=["reasoning.encrypted_content"])
        if stream:
            # The helper `responses.stream` knows no incomplete and no failed response.
            for event in self.sdk.responses.create(model=model, input=talk, stream=True, **options):
                if event.type in ("error", "response.failed"):
                    raise StreamBroke(event.to_json())
            done = event.response
        else:
            done = self.sdk.responses.create(model=model, input=talk, **options)
        for item in done.output:
            raw = item.model_dump(exclude_none=True)
            raw.pop("parsed_arguments", None)
            for part in raw.get("content", []):
                part.pop("parsed", None)
            talk.append(raw)
        calls = [(i.call_id, i.name, json.loads(i.arguments)) for i in done.output if i.type == "function_call"]
        thought = "".join(part.text for i in done.output if i.type == "reasoning" for part in i.summary)
        return Reply(done.output_text, thought, calls, (done.usage.input_tokens, done.usage.output_tokens),
                     done.status == "incomplete" and done.incomplete_details.reason == "max_output_tokens")


class Anthropic:
    def __init__(self, url, key):
        self.sdk = anthropic.Anthropic(base_url=url, api_key=key, max_retries=0, timeout=20)

    def user(self, text, image=False):
        if not image:
            return [{"role": "user", "content": text}]
        return [{"role": "user", "content": [{"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": IMAGE}},
                                             {"type": "text", "text": text}]}]

    def results(self, calls):
        return [{"role": "user", "content": [{"type": "tool_result", "tool_use_id": call, "content": "sun"} for call, _, _ in calls]}]

    def ask(self, model, talk, tools=False, schema=False, thinking=False, stream=False):
        options = {"max_tokens": 4000}
        if tools:
            options["tools"] = [{"name": "weather", "description": "d", "input_schema": PARAMETERS}]
        if schema:
            options["output_config"] = {"format": {"type": "json_schema", "schema": SCHEMA}}
        if thinking:
            options["thinking"] = {"type": "enabled", "budget_tokens": 2000}
        if stream:
            with self.sdk.messages.stream(model=model, messages=talk, **options) as events:
                done = events.get_final_message()
        else:
            done = self.sdk.messages.create(model=model, messages=talk, **options)
        blocks = [b.model_dump(exclude_none=True, exclude={"parsed_output"}) for b in done.content]
        talk.append({"role": "assistant", "content": blocks})
        calls = [(b.id, b.name, b.input) for b in done.content if b.type == "tool_use"]
        text = "".join(b.text for b in done.content if b.type == "text")
        thought = "".join(b.thinking for b in done.content if b.type == "thinking")
        return Reply(text, thought, calls, (done.usage.input_tokens, done.usage.output_tokens), done.stop_reason == "max_tokens")


class Gemini:
    def __init__(self, url, key):
        self.sdk = genai.Client(api_key=key, http_options=types.HttpOptions(base_url=url, timeout=20000))

    def user(self, text, image=False):
        parts = [types.Part(text=text)]
        if image:
            parts.append(types.Part.from_bytes(data=base64.b64decode(IMAGE), mime_type="image/png"))
        return [types.Content(role="user", parts=parts)]

    def results(self, calls):
        return [types.Content(role="user", parts=[types.Part(function_response=types.FunctionResponse(
            id=call, name=name, response={"result": "sun"})) for call, name, _ in calls])]

    def ask(self, model, talk, tools=False, schema=False, thinking=False, stream=False):
        config = types.GenerateContentConfig(automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True))
        if tools:
            config.tools = [types.Tool(function_declarations=[types.FunctionDeclaration(
                name="weather", description="d", parameters_json_schema=PARAMETERS)])]
        if schema:
            config.response_mime_type = "application/json"
            config.response_json_schema = SCHEMA
        if thinking:
            config.thinking_config = types.ThinkingConfig(include_thoughts=True, thinking_budget=2000)
        if stream:
            parts, usage = [], None
            for chunk in self.sdk.models.generate_content_stream(model=model, contents=talk, config=config):
                usage = chunk.usage_metadata or usage
                for candidate in chunk.candidates or []:
                    parts += (candidate.content and candidate.content.parts) or []
            done = chunk
        else:
            done = self.sdk.models.generate_content(model=model, contents=talk, config=config)
            parts, usage = done.candidates[0].content.parts, done.usage_metadata
        talk.append(types.Content(role="model", parts=[p for p in parts if p.text != "" or p.thought_signature]))
        calls = [(p.function_call.id, p.function_call.name, p.function_call.args) for p in parts if p.function_call]
        text = "".join(p.text for p in parts if p.text and not p.thought)
        thought = "".join(p.text for p in parts if p.text and p.thought)
        output = (usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0)
        return Reply(text, thought, calls, (usage.prompt_token_count, output), done.candidates[0].finish_reason == types.FinishReason.MAX_TOKENS)


CLIENTS = {"chat": Chat, "responses": Responses, "anthropic": Anthropic, "gemini": Gemini}
ERRORS = (openai.APIStatusError, anthropic.APIStatusError, google_errors.APIError)
BROKEN = (StreamBroke, openai.APIError, anthropic.APIError, google_errors.APIError)  # Inside a stream, where no status is left to tell.


def status_of(error):
    return error.code if isinstance(error, google_errors.APIError) else error.status_code
