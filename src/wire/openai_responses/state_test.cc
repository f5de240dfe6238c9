#include "wire/openai_responses/state.h"

#include <gtest/gtest.h>

namespace switchyard::wire::openai_responses {
namespace {

json::Document parsed(std::string_view text) {
  auto document = json::Document::parse(text);
  EXPECT_TRUE(document) << text;
  return document ? *std::move(document) : json::Document{};
}

std::string stored(std::string_view input) {
  const json::Document document = parsed(input);
  const auto items = stored_input(document.root(), "s");
  return items ? *items : "error: " + items.error().message;
}

TEST(StoredInput, GivesEveryItemAnIdAndWhatListsWant) {
  EXPECT_EQ(
      stored(R"("h\u00e9")"),
      R"([{"id":"msg_s_0","type":"message","status":"completed","role":"user","content":[{"type":"input_text","text":"h\u00e9"}]}])");
  EXPECT_EQ(
      stored(R"([{"role":"user","content":"a"},{"role":"assistant","content":"b","id":"msg_x"},
                      {"type":"function_call_output","call_id":"c","output":"1","id":null},{"type":"reasoning","id":"rs_1","summary":[]}])"),
      R"([{"id":"msg_s_0","type":"message","status":"completed","role":"user","content":[{"type":"input_text","text":"a"}]},)"
      R"({"type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","annotations":[],"logprobs":[],"text":"b"}],"id":"msg_x"},)"
      R"({"id":"fco_s_2","status":"completed","type":"function_call_output","call_id":"c","output":"1"},)"
      R"({"type":"reasoning","id":"rs_1","summary":[]}])");
  EXPECT_EQ(stored("null"), "[]");
}

TEST(StoredInput, NamesWhatIsWrong) {
  EXPECT_EQ(stored("3"), "error: input: expected a string or an array");
  EXPECT_EQ(stored("[3]"), "error: input[0]: expected an object");
  EXPECT_EQ(stored(R"([{"type":3}])"), "error: input[0].type: expected a string");
}

TEST(StoredInput, IsTheSameWhenStoredAgain) {
  const std::string once =
      stored(R"([{"role":"user","content":"a"},{"type":"custom_tool_call","call_id":"c","name":"n","input":"x"}])");
  EXPECT_EQ(stored(once), once);
}

std::string joined(std::string_view input, std::string_view response, std::string_view next) {
  const json::Document a = parsed(input), b = parsed(response), c = parsed(next);
  const auto items = joined_items({a.root(), b.root()}, c.root());
  return items ? *items : "error: " + items.error().message;
}

TEST(JoinedItems, SplicesTheTurnsInOrder) {
  EXPECT_EQ(joined(R"([{"a": 1.0}])", R"({"output":[ {"b":"\u00e9"},{"b":2} ]})", R"([{"c":3}])"),
            R"([{"a": 1.0},{"b":"\u00e9"},{"b":2} ,{"c":3}])");
  EXPECT_EQ(joined("[]", R"({"output":[]})", "[ ]"), "[]");
  EXPECT_EQ(joined("[]", R"({"output":[{}]})", "[]"), "[{}]");
  EXPECT_EQ(joined("[]", R"({"output":3})", "[]"), "error: the stored response cannot be read");
}

TEST(JoinedItems, RefusesAnEndlessConversation) {
  const std::string input = "[\"" + std::string(kConversationBytesMax, 'x') + "\"]";
  EXPECT_TRUE(joined(input, R"({"output":[]})", "[]").starts_with("error: previous_response_id: expected"));
}

TEST(SelfContained, ReplacesTheInputAndDropsTheReferences) {
  const json::Document body =
      parsed(R"({"model":"m","previous_response_id":"resp_1","input":"hi","temperature":1.0,"conversation":"c"})");
  EXPECT_EQ(self_contained(body.root(), "[1]").value(), R"({"model":"m","input":[1],"temperature":1.0})");
  const json::Document bare = parsed(R"({"previous_response_id":"resp_1"})");
  EXPECT_EQ(self_contained(bare.root(), "[1]").value(), R"({"input":[1]})");
  const json::Document none = parsed("[]");
  EXPECT_FALSE(self_contained(none.root(), "[1]"));
}

struct Page {
  ItemOrder order;
  std::string_view after;
  std::int64_t limit;
  std::string_view want;
};
TEST(ListItems, PagesInBothOrders) {
  const json::Document items = parsed(R"([{"id":"a"},{"id":"b"},{"id":"c"}])");
  for (
      const Page& page : std::initializer_list<Page>{
          {ItemOrder::kAscending, "", 20,
           R"({"object":"list","data":[{"id":"a"},{"id":"b"},{"id":"c"}],"first_id":"a","last_id":"c","has_more":false})"},
          {ItemOrder::kDescending, "", 2,
           R"({"object":"list","data":[{"id":"c"},{"id":"b"}],"first_id":"c","last_id":"b","has_more":true})"},
          {ItemOrder::kDescending, "b", 2,
           R"({"object":"list","data":[{"id":"a"}],"first_id":"a","last_id":"a","has_more":false})"},
          {ItemOrder::kAscending, "a", 1,
           R"({"object":"list","data":[{"id":"b"}],"first_id":"b","last_id":"b","has_more":true})"},
          {ItemOrder::kAscending, "c", 1,
           R"({"object":"list","data":[],"first_id":null,"last_id":null,"has_more":false})"}}) {
    const auto listed = list_items(items.root(), {page.order, page.after, page.limit});
    ASSERT_TRUE(listed);
    EXPECT_EQ(*listed, page.want);
  }
  for (const std::int64_t limit : {std::int64_t{0}, std::int64_t{101}}) {
    EXPECT_EQ(list_items(items.root(), {.after = {}, .limit = limit}).error().message,
              "limit: expected an integer from 1 to 100");
  }
  EXPECT_EQ(list_items(items.root(), {.after = "x"}).error().message, "after: expected the id of one of the items");
}

TEST(StoredResponses, AreShownAndDeleted) {
  const json::Document response = parsed(R"({"id":"resp_1","store":false,"created_at":7.0})");
  EXPECT_EQ(render_retrieved(response.root()).value(), R"({"id":"resp_1","created_at":7.0,"store":true})");
  EXPECT_EQ(render_deleted("resp_1"), R"({"id":"resp_1","object":"response","deleted":true})");
  EXPECT_EQ(no_such_response("resp_1").message, "Response with id 'resp_1' not found.");
  const json::Document none = parsed("[]");
  EXPECT_FALSE(render_retrieved(none.root()));
}

}  // namespace
}  // namespace switchyard::wire::openai_responses
