#include "adapters/embedder_onnx/windows.h"

#include <algorithm>

namespace switchyard::embedder_onnx {

std::vector<Window> windows(const scoring::tokenizer::Tokenizer& tokenizer, std::span<const std::string_view> texts,
                            std::size_t tokens_max) {
  const auto& before = tokenizer.parts().before;
  const auto& after = tokenizer.parts().after;
  const std::size_t frame = before.size() + after.size();
  const std::size_t room = tokens_max > frame ? tokens_max - frame : 1;
  std::vector<Window> out;
  std::vector<std::uint32_t> tokens;
  for (std::size_t text = 0; text < texts.size(); ++text) {
    tokens.clear();
    tokenizer.append_tokens(texts[text].substr(0, kTextBytesMax), room * kWindowsMax, tokens);
    for (std::size_t begin = 0; begin < tokens.size(); begin += room) {
      const std::size_t count = std::min(room, tokens.size() - begin);
      Window& window = out.emplace_back(text, count, before);
      const auto first = tokens.begin() + static_cast<std::ptrdiff_t>(begin);
      window.ids.insert(window.ids.end(), first, first + static_cast<std::ptrdiff_t>(count));
      window.ids.insert(window.ids.end(), after.begin(), after.end());
    }
  }
  std::ranges::sort(out, {}, [](const Window& w) { return std::pair(w.ids.size(), w.text); });
  return out;
}

std::size_t batch_size(std::span<const Window> windows, std::size_t most) {
  std::size_t size = 0, tokens = 0;
  for (; size < std::min(windows.size(), most); ++size) {
    tokens += windows[size].ids.size();
    const std::size_t cells = windows[size].ids.size() * (size + 1);
    if (static_cast<double>(cells - tokens) > kFillMax * static_cast<double>(cells)) break;
  }
  return size;
}

}  // namespace switchyard::embedder_onnx
