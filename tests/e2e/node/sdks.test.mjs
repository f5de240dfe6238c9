// The official JavaScript SDKs against the gateway, each with every provider dialect. test_node.py starts this.
//   GATEWAY_URL, GATEWAY_KEY, MODELS (names parted by blanks)
import assert from "node:assert/strict";
import { test } from "node:test";
import Anthropic from "@anthropic-ai/sdk";
import { GoogleGenAI } from "@google/genai";
import OpenAI from "openai";

const { GATEWAY_URL: url, GATEWAY_KEY: key, MODELS } = process.env;
const openai = new OpenAI({ baseURL: url + "/v1", apiKey: key, maxRetries: 0, timeout: 20000 });
const anthropic = new Anthropic({ baseURL: url, apiKey: key, maxRetries: 0, timeout: 20000 });
const google = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: url, timeout: 20000 } });

const parameters = { type: "object", properties: { city: { type: "string" }, n: { type: "integer" } } };
const wanted = [{ city: 'Paris "0"', n: 0 }, { city: 'Paris "1"', n: 1 }];
const QUESTION = "one two three";
const CALL = "x [[mock: tools=2]]";
const said = (model) => `Mock ${model.split("/")[1]} read 3 words.`;

for (const model of MODELS.split(" ")) {
  const chat = (content, more) => ({ model, messages: [{ role: "user", content }], ...more });
  const message = (content, more) => ({ model, max_tokens: 4000, messages: [{ role: "user", content }], ...more });

  test(`openai chat: ${model}`, async () => {
    const plain = await openai.chat.completions.create(chat(QUESTION));
    assert.equal(plain.choices[0].message.content, said(model));
    let text = "", usage;
    for await (const chunk of await openai.chat.completions.create(chat(QUESTION, { stream: true, stream_options: { include_usage: true } }))) {
      text += chunk.choices[0]?.delta.content ?? "";
      usage = chunk.usage ?? usage;
    }
    assert.equal(text, said(model));
    assert.deepEqual([usage.prompt_tokens, usage.completion_tokens], [plain.usage.prompt_tokens, plain.usage.completion_tokens]);
    const tools = [{ type: "function", function: { name: "weather", parameters } }];
    const calls = (await openai.chat.completions.create(chat(CALL, { tools }))).choices[0].message.tool_calls;
    assert.deepEqual(calls.map((c) => JSON.parse(c.function.arguments)), wanted);
  });

  test(`openai responses: ${model}`, async () => {
    const plain = await openai.responses.create({ model, input: QUESTION, store: false });
    assert.equal(plain.output_text, said(model));
    const stream = openai.responses.stream({ model, input: QUESTION, store: false });
    let text = "";
    for await (const event of stream) if (event.type === "response.output_text.delta") text += event.delta;
    const final = await stream.finalResponse();
    assert.equal(text, said(model));
    assert.equal(final.output_text, said(model));
    assert.equal(final.usage.total_tokens, plain.usage.total_tokens);
    const tools = [{ type: "function", name: "weather", parameters, strict: false }];
    const called = await openai.responses.stream({ model, input: CALL, tools, store: false }).finalResponse();
    assert.deepEqual(called.output.filter((i) => i.type === "function_call").map((i) => JSON.parse(i.arguments)), wanted);
  });

  test(`anthropic: ${model}`, async () => {
    const plain = await anthropic.messages.create(message(QUESTION));
    assert.equal(plain.content[0].text, said(model));
    const final = await anthropic.messages.stream(message(QUESTION)).finalMessage();
    assert.equal(final.content[0].text, said(model));
    assert.equal(final.usage.output_tokens, plain.usage.output_tokens);
    const tools = [{ name: "weather", input_schema: parameters }];
    const called = await anthropic.messages.stream(message(CALL, { tools })).finalMessage();
    assert.deepEqual(called.content.filter((b) => b.type === "tool_use").map((b) => b.input), wanted);
    assert.equal(called.stop_reason, "tool_use");
  });

  test(`google: ${model}`, async () => {
    const plain = await google.models.generateContent({ model, contents: QUESTION });
    assert.equal(plain.text, said(model));
    let text = "", last;
    for await (const chunk of await google.models.generateContentStream({ model, contents: QUESTION })) {
      text += chunk.text ?? "";
      last = chunk;
    }
    assert.equal(text, said(model));
    assert.equal(last.usageMetadata.totalTokenCount, plain.usageMetadata.totalTokenCount);
    const tools = [{ functionDeclarations: [{ name: "weather", parametersJsonSchema: parameters }] }];
    const called = await google.models.generateContent({ model, contents: CALL, config: { tools } });
    assert.deepEqual(called.functionCalls.map((c) => c.args), wanted);
  });

  test(`errors have the SDKs' types: ${model}`, async () => {
    const limited = "x [[mock: status=429]]";
    await assert.rejects(openai.chat.completions.create(chat(limited)), OpenAI.RateLimitError);
    await assert.rejects(openai.responses.create({ model, input: limited }), OpenAI.RateLimitError);
    await assert.rejects(anthropic.messages.create(message(limited)), Anthropic.RateLimitError);
    await assert.rejects(google.models.generateContent({ model, contents: limited }), (e) => e.status === 429);
  });
}
