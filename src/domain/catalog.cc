#include "domain/catalog.h"

#include <algorithm>
#include <numeric>

namespace switchyard {
namespace {

/// "claude-haiku-4-5-20251001" -> "claude-haiku-4-5"; other names unchanged.
std::string_view undated(std::string_view name) {
  if (name.size() < 10 || name[name.size() - 9] != '-') return name;
  const std::string_view date = name.substr(name.size() - 8);
  const bool digits = std::ranges::all_of(date, [](char c) { return c >= '0' && c <= '9'; });
  return digits ? name.substr(0, name.size() - 9) : name;
}

}  // namespace

Result<Catalog> Catalog::build(std::vector<Model> models, std::vector<Provider> providers,
                               std::vector<Binding> bindings) {
  Catalog c;
  c.models_ = std::move(models);
  c.providers_ = std::move(providers);
  c.bindings_ = std::move(bindings);
  c.of_model_.resize(c.models_.size());
  for (std::uint32_t i = 0; i < c.models_.size(); ++i) {
    const Model& m = c.models_[i];
    if (m.id.empty()) return fail(ErrorKind::kInvalidRequest, "models[" + std::to_string(i) + "].id: expected a name");
    if (!c.model_index_.emplace(m.id, i).second) {
      return fail(ErrorKind::kInvalidRequest, "models: '" + m.id + "' stands twice");
    }
  }
  for (std::uint32_t i = 0; i < c.models_.size(); ++i) {
    for (const std::string& alias : c.models_[i].aliases) {
      if (!c.model_index_.emplace(alias, i).second) {
        return fail(ErrorKind::kInvalidRequest,
                    "models: alias '" + alias + "' of '" + c.models_[i].id + "' is taken by another model");
      }
    }
  }
  for (std::uint32_t i = 0; i < c.providers_.size(); ++i) {
    if (!c.provider_index_.emplace(c.providers_[i].name, i).second) {
      return fail(ErrorKind::kInvalidRequest, "providers: '" + c.providers_[i].name + "' stands twice");
    }
  }
  for (std::uint32_t i = 0; i < c.bindings_.size(); ++i) {
    const Binding& b = c.bindings_[i];
    if (b.model >= c.models_.size() || b.provider >= c.providers_.size()) {
      return fail(ErrorKind::kInvalidRequest, "bindings[" + std::to_string(i) + "]: unknown model or provider");
    }
    c.of_model_[b.model].push_back(i);
  }
  return c;
}

std::optional<std::uint32_t> Catalog::find_model(std::string_view name) const {
  if (name.ends_with("[1m]")) name.remove_suffix(4);
  auto found = model_index_.find(name);
  if (found == model_index_.end()) found = model_index_.find(undated(name));
  if (found == model_index_.end()) return std::nullopt;
  return found->second;
}

std::optional<std::uint32_t> Catalog::find_provider(std::string_view name) const {
  const auto found = provider_index_.find(name);
  if (found == provider_index_.end()) return std::nullopt;
  return found->second;
}

std::vector<std::string> Catalog::near_names(std::string_view name, std::size_t count_max) const {
  std::vector<std::pair<std::size_t, std::string_view>> ranked;
  const std::string_view wanted = name.substr(0, 128);
  for (const auto& [known, index] : model_index_) {
    const std::size_t distance = edit_distance(wanted, known);
    const bool contains = wanted.size() >= 3 && known.find(wanted) != std::string::npos;
    if (contains || distance <= std::max<std::size_t>(2, known.size() / 3)) {
      ranked.emplace_back(contains ? std::min<std::size_t>(distance, 1) : distance, models_[index].id);
    }
  }
  std::ranges::sort(ranked);
  std::vector<std::string> names;
  for (const auto& [distance, id] : ranked) {
    if (names.size() == count_max) break;
    if (std::ranges::find(names, id) == names.end()) names.emplace_back(id);
  }
  return names;
}

std::string chat_path(const Provider& provider, const Binding& binding, StreamMode mode) {
  constexpr std::string_view kModel = "{model}";
  const bool streamed = mode == StreamMode::kStreamed && !provider.stream_path.empty();
  std::string path = streamed ? provider.stream_path : provider.chat_path;
  const std::size_t gap = path.find(kModel);
  if (gap == std::string::npos) return path;
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string name;
  for (const char c : binding.upstream_id) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    if (plain) {
      name.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      name.append({'%', kHex[byte >> 4], kHex[byte & 15]});
    }
  }
  return path.replace(gap, kModel.size(), name);
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

}  // namespace switchyard
