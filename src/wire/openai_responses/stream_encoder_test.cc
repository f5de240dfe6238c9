#include "wire/openai_responses/stream.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "wire/openai_responses/test_streams.h"

namespace switchyard::wire::openai_responses {
namespace {

/// The payloads of a stream.
std::vector<std::string> payloads(std::string_view stream) {
  sse::Decoder decoder(64 << 20);
  EXPECT_TRUE(decoder.feed(stream));
  std::vector<std::string> found;
  while (const auto event = decoder.next()) {
    const auto document = json::Document::parse(event->data);
    EXPECT_TRUE(document) << event->data;
    if (document) EXPECT_TRUE(document->root()["type"].equals(event->name)) << event->data;
    found.emplace_back(event->data);
  }
  return found;
}

/// "added message", "text.delta hi", ...: a stream told in short.
std::string told(std::string_view stream) {
  std::string story;
  for (const std::string& payload : payloads(stream)) {
    const auto document = json::Document::parse(payload);
    const json::Value root = document->root();
    std::string type = root["type"].string();
    type.erase(0, std::string_view("response.").size());
    story.append(type);
    if (root["output_index"].exists()) story.append(" ").append(root["output_index"].raw());
    for (const std::string_view key : {"delta", "text", "refusal", "arguments", "input"}) {
      if (root[key].exists()) story.append(" ").append(root[key].string());
    }
    if (root["item"].exists()) story.append(" ").append(root["item"]["type"].string());
    story.append("\n");
  }
  return story;
}

/// What every stream must keep to, whatever came in: each thing added is done with all its deltas, in order, once; the
/// final object holds exactly the finished items.
class Grammar {
 public:
  void check(std::string_view stream) {
    std::size_t sequence = 0;
    for (const std::string& payload : payloads(stream)) {
      const auto document = json::Document::parse(payload);
      ASSERT_TRUE(document);
      const json::Value root = document->root();
      ASSERT_FALSE(ended_) << "behind the end: " << payload;
      ASSERT_EQ(root["sequence_number"].integer(), static_cast<std::int64_t>(sequence)) << payload;
      const std::string type = root["type"].string();
      if (sequence < 2) {
        ASSERT_EQ(type, sequence == 0 ? "response.created" : "response.in_progress");
      } else {
        event(type, root);
      }
      if (testing::Test::HasFatalFailure()) return;
      ++sequence;
    }
  }
  [[nodiscard]] bool ended() const { return ended_; }

 private:
  struct Part {
    std::string text;
    bool open = true, text_done = false;
  };
  struct Item {
    std::string id, type;
    std::string text;  ///< Of a call or a summary.
    bool done = false, text_done = false, summary_open = false;
    std::vector<Part> parts;
    std::string whole;
  };

  void event(const std::string& type, json::Value root) {
    if (type == "response.output_item.added") {
      ASSERT_EQ(root["output_index"].integer(), static_cast<std::int64_t>(items_.size()));
      items_.push_back({.id = root["item"]["id"].string(),
                        .type = root["item"]["type"].string(),
                        .text = {},
                        .parts = {},
                        .whole = {}});
      return;
    }
    if (type == "response.completed" || type == "response.incomplete" || type == "response.failed") {
      return end(type, root["response"]);
    }
    const auto index = static_cast<std::size_t>(root["output_index"].integer().value_or(-1));
    ASSERT_LT(index, items_.size()) << root.raw();
    Item& item = items_[index];
    ASSERT_FALSE(item.done) << root.raw();
    if (type == "response.output_item.done") {
      ASSERT_EQ(root["item"]["id"].string(), item.id);
      for (const Part& part : item.parts) ASSERT_FALSE(part.open);
      ASSERT_FALSE(item.summary_open);
      if (item.type.ends_with("_call")) ASSERT_TRUE(item.text_done) << root.raw();
      item.done = true;
      item.whole = root["item"].raw();
      return;
    }
    ASSERT_EQ(root["item_id"].string(), item.id) << root.raw();
    if (root["content_index"].exists()) return part_event(type, root, item);
    if (type == "response.reasoning_summary_part.added") {
      item.summary_open = true;
    } else if (type == "response.reasoning_summary_part.done") {
      ASSERT_TRUE(item.text_done);
      item.summary_open = false;
    } else if (type.ends_with(".delta")) {
      ASSERT_FALSE(item.text_done) << root.raw();
      item.text += root["delta"].string();
    } else if (type.ends_with(".done")) {
      const bool custom = item.type == "custom_tool_call";
      const std::string_view key = item.type == "reasoning" ? "text" : custom ? "input" : "arguments";
      ASSERT_EQ(root[key].string(), item.text) << root.raw();
      item.text_done = true;
    } else {
      FAIL() << "unknown event " << root.raw();
    }
  }

  void part_event(const std::string& type, json::Value root, Item& item) {
    const auto index = static_cast<std::size_t>(root["content_index"].integer().value_or(-1));
    if (type == "response.content_part.added") {
      ASSERT_EQ(index, item.parts.size());
      item.parts.emplace_back();
      return;
    }
    ASSERT_LT(index, item.parts.size());
    Part& part = item.parts[index];
    ASSERT_TRUE(part.open);
    if (type.ends_with(".delta")) {
      part.text += root["delta"].string();
    } else if (type == "response.content_part.done") {
      ASSERT_TRUE(part.text_done);
      part.open = false;
    } else if (type.ends_with(".done")) {
      ASSERT_EQ(root[root["text"].exists() ? "text" : "refusal"].string(), part.text);
      part.text_done = true;
    } else {
      ASSERT_EQ(type, "response.output_text.annotation.added");
    }
  }

  void end(const std::string& type, json::Value response) {
    ended_ = true;
    ASSERT_EQ("response." + response["status"].string(), type);
    std::string want = "[";
    for (const Item& item : items_) {
      if (type != "response.failed") ASSERT_TRUE(item.done) << item.id;
      if (item.done) want.append(want.size() > 1 ? "," : "").append(item.whole);
    }
    ASSERT_EQ(response["output"].raw(), want + "]");
  }

  std::vector<Item> items_;
  bool ended_ = false;
};

void expect_grammar(const std::string& stream) {
  Grammar grammar;
  grammar.check(stream);
  EXPECT_TRUE(grammar.ended());
}

const std::string kBegin = "created\nin_progress\n";

struct Case {
  std::string name;
  std::vector<ChatEvent> events;
  std::string want;
};
class EncodeTest : public testing::TestWithParam<Case> {};
TEST_P(EncodeTest, TellsTheStoryInTheGrammar) {
  const std::string stream = encoded(GetParam().events);
  EXPECT_EQ(told(stream), GetParam().want);
  expect_grammar(stream);
}

const StreamFinish kStop{FinishReason::kStop, {}};

INSTANTIATE_TEST_SUITE_P(
    Streams, EncodeTest,
    testing::Values(
        Case{"Text",
             {StreamStart{}, text("h"), text(""), text("i"), kStop, UsageUpdate{}, StreamEnd{}},
             kBegin +
                 "output_item.added 0 message\ncontent_part.added 0\noutput_text.delta 0 h\noutput_text.delta 0 i\n"
                 "output_text.done 0 hi\ncontent_part.done 0\noutput_item.done 0 message\ncompleted\n"},
        Case{"NothingAtAll", {StreamEnd{}}, kBegin + "completed\n"},
        Case{"TwoBlocksOfTextAreTwoParts",
             {text("a"), BlockEnd{}, text("b"), BlockEnd{}, StreamEnd{}},
             kBegin + "output_item.added 0 message\ncontent_part.added 0\noutput_text.delta 0 a\noutput_text.done 0 "
                      "a\ncontent_part.done 0\n"
                      "content_part.added 0\noutput_text.delta 0 b\noutput_text.done 0 b\ncontent_part.done "
                      "0\noutput_item.done 0 message\ncompleted\n"},
        Case{"ThinkingThenText",
             {ThinkingDelta{{"why"}}, ThinkingSignature{{"s"}, Dialect::kAnthropic}, BlockEnd{}, text("a"), kStop,
              StreamEnd{}},
             kBegin +
                 "output_item.added 0 reasoning\nreasoning_summary_part.added 0\nreasoning_summary_text.delta 0 why\n"
                 "reasoning_summary_text.done 0 why\nreasoning_summary_part.done 0\noutput_item.done 0 reasoning\n"
                 "output_item.added 1 message\ncontent_part.added 1\noutput_text.delta 1 a\noutput_text.done 1 "
                 "a\ncontent_part.done 1\noutput_item.done 1 message\ncompleted\n"},
        Case{"InterleavedCallsGoOutAsTheyCome",
             {kCall0, ToolCallArguments{0, {"{"}}, kCall1, ToolCallArguments{1, {"[]"}}, ToolCallArguments{0, {"}"}},
              kStop, StreamEnd{}},
             kBegin + "output_item.added 0 function_call\nfunction_call_arguments.delta 0 {\noutput_item.added 1 "
                      "function_call\n"
                      "function_call_arguments.delta 1 []\nfunction_call_arguments.delta 0 "
                      "}\nfunction_call_arguments.done 0 {}\noutput_item.done 0 function_call\n"
                      "function_call_arguments.done 1 []\noutput_item.done 1 function_call\ncompleted\n"},
        Case{"CallsThatEndOneByOneAreDoneAtOnce",
             {kCall0, ToolCallArguments{0, {"{}"}}, BlockEnd{}, kCall1, BlockEnd{}, StreamEnd{}},
             kBegin + "output_item.added 0 function_call\nfunction_call_arguments.delta 0 "
                      "{}\nfunction_call_arguments.done 0 {}\noutput_item.done 0 function_call\n"
                      "output_item.added 1 function_call\nfunction_call_arguments.delta 1 "
                      "{}\nfunction_call_arguments.done 1 {}\noutput_item.done 1 function_call\ncompleted\n"},
        Case{"TextBetweenTheFragmentsOfACall",
             {kCall0, ToolCallArguments{0, {"{"}}, text("a"), ToolCallArguments{0, {"}"}}, StreamEnd{}},
             kBegin + "output_item.added 0 function_call\nfunction_call_arguments.delta 0 {\noutput_item.added 1 "
                      "message\ncontent_part.added 1\n"
                      "output_text.delta 1 a\nfunction_call_arguments.delta 0 }\noutput_text.done 1 "
                      "a\ncontent_part.done 1\noutput_item.done 1 message\n"
                      "function_call_arguments.done 0 {}\noutput_item.done 0 function_call\ncompleted\n"},
        Case{"RefusalBehindText",
             {text("a"), RefusalDelta{{"no"}}, StreamFinish{FinishReason::kRefusal, {}}, StreamEnd{}},
             kBegin + "output_item.added 0 message\ncontent_part.added 0\noutput_text.delta 0 a\noutput_text.done 0 "
                      "a\ncontent_part.done 0\n"
                      "content_part.added 0\nrefusal.delta 0 no\nrefusal.done 0 no\ncontent_part.done "
                      "0\noutput_item.done 0 message\ncompleted\n"},
        Case{"CitationBeforeItsText",
             {CitationDelta{{{"u"}, {"t"}, {}}}, text("a"), StreamEnd{}},
             kBegin + "output_item.added 0 message\ncontent_part.added 0\noutput_text.annotation.added "
                      "0\noutput_text.delta 0 a\n"
                      "output_text.done 0 a\ncontent_part.done 0\noutput_item.done 0 message\ncompleted\n"},
        Case{"StateOfTheCallBehindIt",
             {ThinkingSignature{{"s"}, Dialect::kGemini}, kCall0, StreamEnd{}},
             kBegin + "output_item.added 0 reasoning\noutput_item.done 0 reasoning\noutput_item.added 1 function_call\n"
                      "function_call_arguments.delta 1 {}\nfunction_call_arguments.done 1 {}\noutput_item.done 1 "
                      "function_call\ncompleted\n"},
        Case{"CutOffByTheLimit",
             {text("a"), StreamFinish{FinishReason::kLength, {}}, StreamEnd{}, text("b"), StreamEnd{}},
             kBegin + "output_item.added 0 message\ncontent_part.added 0\noutput_text.delta 0 a\noutput_text.done 0 "
                      "a\ncontent_part.done 0\noutput_item.done 0 message\nincomplete\n"},
        Case{"ErrorInTheMiddle",
             {text("a"), StreamError{"overloaded_error", "busy"}, text("b")},
             kBegin + "output_item.added 0 message\ncontent_part.added 0\noutput_text.delta 0 a\nfailed\n"},
        Case{"ErrorAtOnce", {StreamError{"x", "y"}}, kBegin + "failed\n"}),
    [](const auto& tested) { return tested.param.name; });

TEST(StreamEncoder, SaysTheWholeOfEveryEvent) {
  const std::string stream = encoded({text("h\\u00e9"), CitationDelta{{{"u"}, {"t"}, {}}},
                                      UsageUpdate{{.input = 3, .output = 2}}, kStop, StreamEnd{}});
  for (
      const std::string_view want :
      {R"({"type":"response.output_item.added","sequence_number":2,"output_index":0,"item":{"id":"msg_1_0","type":"message","status":"in_progress","content":[],"role":"assistant"}})",
       R"({"type":"response.content_part.added","sequence_number":3,"item_id":"msg_1_0","output_index":0,"content_index":0,"part":{"type":"output_text","annotations":[],"logprobs":[],"text":""}})",
       R"({"type":"response.output_text.delta","sequence_number":4,"item_id":"msg_1_0","output_index":0,"content_index":0,"delta":"h\u00e9","logprobs":[]})",
       R"("content_index":0,"annotation_index":0,"annotation":{"type":"url_citation","start_index":0,"end_index":2,"url":"u","title":"t"}})",
       R"("part":{"type":"output_text","annotations":[{"type":"url_citation","start_index":0,"end_index":2,"url":"u","title":"t"}],"logprobs":[],"text":"h\u00e9"}})",
       R"("usage":{"input_tokens":3,"input_tokens_details":{"cached_tokens":0,"cache_write_tokens":0},"output_tokens":2,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":5})"}) {
    EXPECT_NE(stream.find(want), std::string::npos) << want << "\n" << stream;
  }
}

TEST(StreamEncoder, SealsForeignStateAndKeepsItsOwnIdentity) {
  EXPECT_NE(encoded({ThinkingDelta{{"t"}}, ThinkingSignature{{"sig"}, Dialect::kAnthropic}, StreamEnd{}})
                .find(R"("encrypted_content":"sy1.anthropic.sig")"),
            std::string::npos);
  EXPECT_NE(encoded({RedactedThinking{{"abc"}, Dialect::kAnthropic}, StreamEnd{}})
                .find(R"("encrypted_content":"sy1.anthropic.redacted:abc")"),
            std::string::npos);
  // The id that the stream announced is ours; OpenAI's own travels with the state.
  EXPECT_NE(encoded({ThinkingSignature{{"rs_x:enc"}, Dialect::kOpenAiResponses}, StreamEnd{}})
                .find(R"("id":"rs_sy_1_0","type":"reasoning","summary":[],"encrypted_content":"rs_x:enc")"),
            std::string::npos);
}

TEST(StreamEncoder, UnwrapsACustomToolsInputAtItsEnd) {
  const std::string names[] = {"patch"};
  AnswerContext context{.id = "1", .model = "m"};
  context.custom_tools = names;
  const std::string stream =
      encoded({ToolCallStart{0, {"c"}, {"patch"}}, ToolCallArguments{0, {R"({\"input\":\"a\\n)"}},
               ToolCallArguments{0, {R"(b\"})"}}, StreamEnd{}},
              context);
  EXPECT_EQ(told(stream), kBegin +
                              "output_item.added 0 custom_tool_call\ncustom_tool_call_input.delta 0 a\nb\n"
                              "custom_tool_call_input.done 0 a\nb\noutput_item.done 0 custom_tool_call\ncompleted\n");
  expect_grammar(stream);
}

TEST(StreamEncoder, FailsInsteadOfHoldingAnEndlessAnswer) {
  StreamEncoder encoder({.id = "1", .model = "m"});
  const std::string piece(1 << 20, 'x');
  std::string out, last;
  for (int i = 0; i < 20 && !encoder.ended(); ++i) {
    last.clear();
    encoder.encode(text(piece), last);
    out += last;
  }
  EXPECT_TRUE(encoder.ended());
  EXPECT_NE(last.find("event: response.failed"), std::string::npos);
  EXPECT_NE(last.find("longer than this gateway can hold"), std::string::npos);
  expect_grammar(out);
}

TEST(StreamEncoder, KeepsToTheGrammarWhateverOrderEventsComeIn) {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::vector<ChatEvent> events;
    std::uint32_t calls = 0;
    for (std::size_t i = random() % 14; i > 0; --i) {
      switch (random() % 12) {
        case 0:
          events.push_back(text("a\\n"));
          break;
        case 1:
          events.push_back(text(""));
          break;
        case 2:
          events.push_back(ThinkingDelta{{"t"}});
          break;
        case 3:
          events.push_back(ThinkingSignature{{"s"}, Dialect::kAnthropic});
          break;
        case 4:
          events.push_back(RedactedThinking{{"r"}, Dialect::kAnthropic});
          break;
        case 5:
          events.push_back(RefusalDelta{{"n"}});
          break;
        case 6:
          events.push_back(ToolCallStart{calls++, {"c"}, {"f"}, random() % 2 == 0});
          break;
        case 7:
          events.push_back(ToolCallArguments{static_cast<std::uint32_t>(random() % 3), {"1"}});
          break;
        case 8:
          events.push_back(BlockEnd{});
          break;
        case 9:
          events.push_back(UsageUpdate{});
          break;
        case 10:
          events.push_back(CitationDelta{{{"u"}, {}, {}}});
          break;
        default:
          events.push_back(StreamStart{});
          break;
      }
    }
    if (random() % 3 != 0) events.push_back(StreamFinish{FinishReason::kLength, {}});
    events.push_back(random() % 5 == 0 ? ChatEvent(StreamError{"t", "m"}) : ChatEvent(StreamEnd{}));
    expect_grammar(encoded(events));
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace switchyard::wire::openai_responses
