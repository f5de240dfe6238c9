#include "service/turn/upstream_events.h"

#include <gtest/gtest.h>

#include "base/encoding/base64.h"
#include "wire/aws_event_stream/encoder.h"

namespace switchyard {
namespace {

using aws_event_stream::Header;
using aws_event_stream::HeaderType;

std::string message(const std::vector<Header>& headers, std::string_view payload) {
  std::string out;
  EXPECT_TRUE(aws_event_stream::encode(headers, payload, out));
  return out;
}
Header text(std::string_view name, std::string_view value) { return {name, HeaderType::kString, 0, value}; }
std::string event(std::string_view type, std::string_view payload) {
  return message({text(":message-type", "event"), text(":event-type", type), text(":content-type", "application/json")},
                 payload);
}

/// "name=data;" of every event, and the error behind them.
std::string told(std::string_view bytes, std::size_t piece, Framing framing = Framing::kAwsEventStream) {
  UpstreamEvents events(framing, 1 << 16);
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    if (auto fed = events.feed(bytes.substr(at, piece)); !fed) return out + "error " + fed.error().message;
    while (true) {
      auto next = events.next();
      if (!next) return out + next.error().message + " (" + next.error().detail + ")";
      if (!*next) break;
      out.append((*next)->name).append("=").append((*next)->data).append(";");
    }
  }
  return out;
}

TEST(UpstreamEventsTest, GiveConversesEventsHoweverTheBytesAreCut) {
  const std::string bytes = event("messageStart", R"({"role":"assistant"})") + event("metadata", "{}");
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    ASSERT_EQ(told(bytes, piece), R"(messageStart={"role":"assistant"};metadata={};)") << piece;
  }
}

TEST(UpstreamEventsTest, UnwrapWhatInvokeModelSends) {
  const std::string inner = R"({"type":"message_stop"})";
  const std::string payload = R"({"bytes":")" + base64(inner, Base64::kStandard) + R"(","p":"abc"})";
  EXPECT_EQ(told(event("chunk", payload), 1000), "=" + inner + ";");
  EXPECT_EQ(told(event("chunk", R"({"bytes":"?"})"), 1000),
            "the provider's stream broke off (a chunk without bytes in base64)");
  EXPECT_EQ(told(event("chunk", "{"), 1000), "the provider's stream broke off (a chunk that is not JSON)");
}

TEST(UpstreamEventsTest, TellExceptionsInTheProvidersWords) {
  const std::string exception =
      message({text(":message-type", "exception"), text(":exception-type", "throttlingException")},
              R"({"message":"Too many tokens"})");
  EXPECT_EQ(told(event("messageStart", "{}") + exception, 7),
            "messageStart={};the provider reported an error: Too many tokens (throttlingException)");
  const std::string error =
      message({text(":message-type", "error"), text(":error-code", "500"), text(":error-message", "oops")}, "");
  EXPECT_EQ(told(error, 1000), "the provider reported an error: oops (500)");
}

TEST(UpstreamEventsTest, RefuseBrokenBytes) {
  std::string bytes = event("messageStart", "{}");
  bytes.back() ^= 1;
  UpstreamEvents events(Framing::kAwsEventStream, 1 << 16);
  ASSERT_TRUE(events.feed(bytes));
  const auto next = events.next();
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().kind, ErrorKind::kUpstreamUnavailable);
}

TEST(UpstreamEventsTest, GiveServerSentEventsAsTheyAre) {
  EXPECT_EQ(told("event: a\ndata: b\n\n", 3, Framing::kSse), "a=b;");
}

}  // namespace
}  // namespace switchyard
