#include "cli/mock/script.h"

#include <gtest/gtest.h>

#include "cli/mock/fields.h"
#include "cli/mock/target.h"

namespace switchyard::cli {
namespace {

TEST(Script, TakesTheLastDirectiveOfAText) {
  MockScript script;
  take_directive(
      find_directive("a [[mock: tools=1]] b [[mock: status=429 retry-after=2 block=SAFETY lenient nonsense]]"), script);
  EXPECT_EQ(script.status, 429);
  EXPECT_EQ(script.retry_after, 2);
  EXPECT_EQ(script.block, "SAFETY");
  EXPECT_TRUE(script.lenient);
  EXPECT_EQ(script.tools, 0);
  EXPECT_EQ(find_directive("[[mock: open"), "");
}

TEST(Target, EveryPathHasItsDialect) {
  struct PathCase {
    const char* path;
    TargetKind kind;
    const char *name, *verb;
  };
  const PathCase cases[] = {
      {"/mock/rules", TargetKind::kControl, "", ""},
      {"/v1/chat/completions", TargetKind::kChat, "", ""},
      {"/v1beta/openai/chat/completions", TargetKind::kChat, "", ""},
      {"/openai/deployments/x/chat/completions", TargetKind::kChat, "", ""},
      {"/v1/completions", TargetKind::kCompletions, "", ""},
      {"/v1/messages", TargetKind::kAnthropic, "", ""},
      {"/v1/messages/count_tokens", TargetKind::kAnthropicCount, "", ""},
      {"/v1/responses", TargetKind::kResponses, "", ""},
      {"/v1/responses/resp_1/input_items", TargetKind::kStoredResponse, "resp_1/input_items", ""},
      {"/v1/models", TargetKind::kModels, "", ""},
      {"/v1beta/openai/models", TargetKind::kModels, "", ""},
      {"/v1beta/models", TargetKind::kGeminiModels, "", ""},
      {"/v1beta/models/gemini-3-pro", TargetKind::kGeminiModel, "gemini-3-pro", ""},
      {"/v1beta/models/gemini-3-pro:generateContent", TargetKind::kGemini, "gemini-3-pro", "generateContent"},
      {"/v1beta/models/gemini-3-pro%3AstreamGenerateContent", TargetKind::kGemini, "gemini-3-pro",
       "streamGenerateContent"},
      {"/v1/projects/p/locations/l/publishers/google/models/m:generateContent", TargetKind::kGemini, "m",
       "generateContent"},
      {"/v1beta/models/m:countTokens", TargetKind::kGeminiExtra, "m", "countTokens"},
  };
  for (const PathCase& c : cases) {
    const Target target = target_of(c.path);
    EXPECT_EQ(target.kind, c.kind) << c.path;
    EXPECT_EQ(target.name, c.name) << c.path;
    EXPECT_EQ(target.verb, c.verb) << c.path;
  }
}

TEST(Fields, AListedNameIsAWholeWord) {
  EXPECT_TRUE(listed("stream stream_options", "stream"));
  EXPECT_TRUE(listed("stream_options stream", "stream"));
  EXPECT_FALSE(listed("stream_options", "stream"));
  EXPECT_FALSE(listed("stream", ""));
  EXPECT_FALSE(listed("a b", "a b"));
}

}  // namespace
}  // namespace switchyard::cli
