// POST /v1beta/models/{model}:{action}: Gemini's way of asking.

#include "http/public/api.h"
#include "http/public/chat.h"
#include "http/public/paths.h"

namespace switchyard::http {

Task<void> handle_gemini(PublicApi& api, Call& call) {
  const auto asked = model_action(call.path);
  if (!asked) {
    const Error error{ErrorKind::kNotFound,
                      Retry::kNever,
                      "expected models/{model}:{action}, with the model's name percent-encoded",
                      {},
                      std::nullopt};
    co_return co_await answer_error(call, error);
  }
  const bool streamed = asked->action == "streamGenerateContent";
  if (asked->action == "countTokens") co_return co_await count_gemini_tokens(api, call, asked->model);
  if (!streamed && asked->action != "generateContent") {
    const Error error{ErrorKind::kNotFound,
                      Retry::kNever,
                      "the action '" + std::string(asked->action.substr(0, 100)) +
                          "' is not known; expected generateContent, streamGenerateContent or countTokens",
                      {},
                      std::nullopt};
    co_return co_await answer_error(call, error);
  }
  const bool sse = query_value(call.exchange.head().query, "alt") == "sse";
  const ChatEndpoint endpoint{.path = {asked->model, streamed ? StreamMode::kStreamed : StreamMode::kBuffered},
                              .json_array = streamed && !sse};
  co_await run_chat(api, call, endpoint);
}

}  // namespace switchyard::http
