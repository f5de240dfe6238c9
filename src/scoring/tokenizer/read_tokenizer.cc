// Reads tokenizer.json. Source: the serialisation of Hugging Face tokenizers, version 1.0 of the format.

#include <array>
#include <unordered_map>

#include "base/json.h"
#include "scoring/tokenizer/byte_level.h"
#include "scoring/tokenizer/byte_pair.h"
#include "scoring/tokenizer/tokenizer.h"
#include "scoring/tokenizer/unicode.h"
#include "scoring/tokenizer/word_piece.h"

namespace switchyard::scoring::tokenizer {
namespace {

using json::Value;

std::unexpected<Error> bad(std::string_view where, std::string_view expected) {
  return fail(ErrorKind::kInvalidRequest,
              "tokenizer.json: " + std::string(where) + ": expected " + std::string(expected));
}

Result<bool> flag(Value object, std::string_view key, bool otherwise) {
  const Value value = object[key];
  if (!value.has_value()) return otherwise;
  if (!value.is_bool()) return bad(key, "true or false");
  return *value.boolean();
}

Result<std::uint32_t> token_number(Value value, std::string_view where) {
  const auto id = value.integer();
  if (!id || *id < 0 || static_cast<std::uint64_t>(*id) >= kVocabularyMax) {
    return bad(where, "token numbers below " + std::to_string(kVocabularyMax));
  }
  return static_cast<std::uint32_t>(*id);
}

/// The model's tokens by their text.
class Vocabulary {
 public:
  static Result<Vocabulary> read(Value vocab) {
    if (!vocab.is_object()) return bad("model.vocab", "an object");
    Vocabulary out;
    for (const auto& [key, value] : vocab.members()) {
      SY_TRY(const std::uint32_t id, token_number(value, "model.vocab"));
      std::string token = json::unescape(key.escaped());
      if (token.size() > kTokenBytesMax) return bad("model.vocab", "tokens of at most 4096 bytes");
      if (out.ids_.size() >= kVocabularyMax) return bad("model.vocab", "at most 1048576 tokens");
      out.ids_.insert_or_assign(std::move(token), id);
      out.end_ = std::max<std::size_t>(out.end_, id + 1);
    }
    return out;
  }
  [[nodiscard]] std::optional<std::uint32_t> find(const std::string& token) const {
    const auto at = ids_.find(token);
    return at == ids_.end() ? std::nullopt : std::optional(at->second);
  }
  [[nodiscard]] const auto& all() const { return ids_; }
  [[nodiscard]] std::size_t end() const { return end_; }

 private:
  std::unordered_map<std::string, std::uint32_t> ids_;
  std::size_t end_ = 0;
};

Result<std::unique_ptr<const Model>> read_word_piece(Value model, const Vocabulary& vocabulary) {
  const auto unknown = vocabulary.find(model["unk_token"].string());
  if (!unknown) return bad("model.unk_token", "a token of model.vocab");
  const auto most = model["max_input_chars_per_word"].integer().value_or(100);
  if (most < 0 || static_cast<std::size_t>(most) > kWordCharactersMax) {
    return bad("model.max_input_chars_per_word", "0 to " + std::to_string(kWordCharactersMax));
  }
  auto out = std::make_unique<WordPiece>(model["continuing_subword_prefix"].string(), *unknown,
                                         static_cast<std::size_t>(most));
  for (const auto& [token, id] : vocabulary.all()) out->add(token, id);
  return out;
}

/// The bytes that a token of a byte-level vocabulary stands for; nullopt if it has other characters.
std::optional<std::string> bytes_of(std::string_view token) {
  static const auto bytes = [] {
    std::unordered_map<char32_t, char> names;
    for (int byte = 0; byte < 256; ++byte) {
      names.emplace(byte_name(static_cast<unsigned char>(byte)), static_cast<char>(byte));
    }
    return names;
  }();
  std::string out;
  while (!token.empty()) {
    const auto at = bytes.find(take_character(token));
    if (at == bytes.end()) return std::nullopt;
    out.push_back(at->second);
  }
  return out;
}

Result<void> read_merges(Value merges, const Vocabulary& vocabulary, BytePair& into) {
  if (!merges.is_array()) return bad("model.merges", "an array");
  std::uint32_t rank = 0;
  for (const Value merge : merges.elements()) {
    std::string left, right;
    if (merge.is_string()) {
      const std::string both = merge.string();
      const std::size_t blank = both.find(' ');
      if (blank == std::string::npos || both.find(' ', blank + 1) != std::string::npos) {
        return bad("model.merges", "two tokens with a blank between them");
      }
      left = both.substr(0, blank);
      right = both.substr(blank + 1);
    } else if (merge.is_array() && merge.size() == 2) {
      auto side = merge.elements().begin();
      left = (*side).string();
      right = (*++side).string();
    } else {
      return bad("model.merges", "strings or pairs");
    }
    const auto l = vocabulary.find(left), r = vocabulary.find(right), both = vocabulary.find(left + right);
    if (!l || !r || !both) return bad("model.merges", "tokens of model.vocab");
    if (rank >= kMergesMax) return bad("model.merges", "at most 1048576 merges");
    into.add_merge(*l, *r, {rank++, *both});
  }
  return {};
}

Result<std::unique_ptr<const Model>> read_byte_pair(Value model, const Vocabulary& vocabulary) {
  if (model["dropout"].has_value()) return bad("model.dropout", "null: the same text must give the same tokens");
  for (const std::string_view key : {"continuing_subword_prefix", "end_of_word_suffix"}) {
    if (!model[key].string().empty()) return bad(key, "null: only byte-level vocabularies are supported");
  }
  SY_TRY(const bool byte_fallback, flag(model, "byte_fallback", false));
  if (byte_fallback) return bad("model.byte_fallback", "false: only byte-level vocabularies are supported");
  BytePair::Unknown unknown;
  SY_TRY(unknown.fused, flag(model, "fuse_unk", false));
  if (model["unk_token"].has_value()) {
    unknown.id = vocabulary.find(model["unk_token"].string());
    if (!unknown.id) return bad("model.unk_token", "a token of model.vocab");
  }
  std::array<std::optional<std::uint32_t>, 256> bytes;
  for (std::size_t byte = 0; byte < bytes.size(); ++byte) {
    std::string name;
    append_utf8(byte_name(static_cast<unsigned char>(byte)), name);
    bytes[byte] = vocabulary.find(name);
  }
  auto out = std::make_unique<BytePair>(bytes, unknown);
  SY_CHECK(read_merges(model["merges"], vocabulary, *out));
  SY_TRY(const bool whole_words, flag(model, "ignore_merges", false));
  if (whole_words) {
    for (const auto& [token, id] : vocabulary.all()) {
      if (auto word = bytes_of(token)) out->add_whole_word(*std::move(word), id);
    }
  }
  return out;
}

Result<void> read_normalizer(Value normalizer, Parts& parts) {
  if (!normalizer.has_value()) return {};
  if (!normalizer["type"].equals("BertNormalizer")) return bad("normalizer", "null or a BertNormalizer");
  BertNormalizer& out = parts.normalizer.emplace();
  SY_TRY(out.clean_text, flag(normalizer, "clean_text", true));
  SY_TRY(out.handle_chinese_chars, flag(normalizer, "handle_chinese_chars", true));
  SY_TRY(out.lowercase, flag(normalizer, "lowercase", true));
  SY_TRY(out.strip_accents, flag(normalizer, "strip_accents", out.lowercase));
  return {};
}

Result<void> read_pre_tokenizer(Value pre_tokenizer, Parts& parts) {
  if (pre_tokenizer["type"].equals("BertPreTokenizer")) return {};
  if (!pre_tokenizer["type"].equals("ByteLevel")) return bad("pre_tokenizer", "a BertPreTokenizer or ByteLevel");
  ByteLevel& out = parts.byte_level.emplace();
  SY_TRY(out.add_prefix_space, flag(pre_tokenizer, "add_prefix_space", true));
  SY_TRY(out.use_regex, flag(pre_tokenizer, "use_regex", true));
  return {};
}

Result<void> read_added_tokens(Value tokens, const Vocabulary& vocabulary, Parts& parts) {
  std::size_t count = 0;
  for (const Value entry : tokens.elements()) {
    AddedToken token;
    SY_TRY(token.id, token_number(entry["id"], "added_tokens"));
    std::string content = entry["content"].string();
    if (content.size() > kTokenBytesMax || ++count > kAddedTokensMax) {
      return bad("added_tokens", "at most 65536 tokens of at most 4096 bytes");
    }
    SY_TRY(const bool single_word, flag(entry, "single_word", false));
    if (single_word) return bad("added_tokens.single_word", "false");
    SY_TRY(token.takes_space_before, flag(entry, "lstrip", false));
    SY_TRY(token.takes_space_after, flag(entry, "rstrip", false));
    SY_TRY(const bool special, flag(entry, "special", false));
    SY_TRY(const bool normalized, flag(entry, "normalized", !special));
    // What the model knows under this text is that token, whatever number the entry gives.
    token.id = vocabulary.find(content).value_or(token.id);
    parts.vocabulary_end = std::max<std::size_t>(parts.vocabulary_end, token.id + 1);
    if (normalized && parts.normalizer) {
      std::string prepared;
      parts.normalizer->append(content, prepared);
      content = std::move(prepared);
    }
    (normalized ? parts.added_normalized : parts.added).add(content, token);
  }
  return {};
}

/// The pieces of TemplateProcessing.single: special tokens around the one sequence "A".
Result<void> read_template(Value processor, Parts& parts) {
  bool text_seen = false;
  for (const Value piece : processor["single"].elements()) {
    if (const Value special = piece["SpecialToken"]; special.exists()) {
      for (const Value id : processor["special_tokens"][special["id"].string()]["ids"].elements()) {
        SY_TRY(const std::uint32_t number, token_number(id, "post_processor.special_tokens"));
        (text_seen ? parts.after : parts.before).push_back(number);
      }
    } else if (!text_seen && piece["Sequence"]["id"].equals("A")) {
      text_seen = true;
    } else {
      return bad("post_processor.single", "special tokens and one sequence A");
    }
  }
  if (!text_seen) return bad("post_processor.single", "the sequence A");
  return {};
}

Result<void> read_post_processor(Value processor, Parts& parts) {
  const Value type = processor["type"];
  if (!processor.has_value() || type.equals("ByteLevel")) return {};  // ByteLevel only moves offsets.
  if (type.equals("Sequence")) {
    for (const Value part : processor["processors"].elements()) {
      if (!parts.before.empty() || !parts.after.empty()) return bad("post_processor", "one that adds tokens");
      if (part["type"].equals("Sequence")) return bad("post_processor", "no sequence inside a sequence");
      SY_CHECK(read_post_processor(part, parts));
    }
    return {};
  }
  if (type.equals("TemplateProcessing")) {
    SY_CHECK(read_template(processor, parts));
  } else if (type.equals("BertProcessing") || type.equals("RobertaProcessing")) {
    for (const auto& [key, into] : {std::pair("cls", &parts.before), std::pair("sep", &parts.after)}) {
      if (processor[key].size() != 2) return bad(key, "a token and its number");
      SY_TRY(const std::uint32_t id, token_number(*++processor[key].elements().begin(), key));
      into->push_back(id);
    }
  } else {
    return bad("post_processor", "TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel or null");
  }
  if (parts.before.size() + parts.after.size() > kFrameTokensMax) return bad("post_processor", "at most 16 tokens");
  for (const auto* side : {&parts.before, &parts.after}) {
    for (const std::uint32_t id : *side) parts.vocabulary_end = std::max<std::size_t>(parts.vocabulary_end, id + 1);
  }
  return {};
}

Result<void> read_sizes(Value root, Parts& parts) {
  if (const Value truncation = root["truncation"]; truncation.has_value()) {
    const auto most = truncation["max_length"].integer();
    if (!most || *most < 0) return bad("truncation.max_length", "a number of tokens");
    parts.tokens_max = static_cast<std::size_t>(*most);
    if (truncation["direction"].equals("Left")) parts.cut = Cut::kBeginning;
  }
  if (const Value padding = root["padding"]; padding["pad_id"].has_value()) {
    SY_TRY(parts.pad, token_number(padding["pad_id"], "padding.pad_id"));
    parts.vocabulary_end = std::max<std::size_t>(parts.vocabulary_end, parts.pad + 1);
  }
  return {};
}

}  // namespace

Result<Tokenizer> read_tokenizer(std::string_view json) {
  if (json.size() > kFileBytesMax) return bad("the file", "at most 64 MiB");
  SY_TRY(const json::Document document, json::Document::parse(json));
  const Value root = document.root(), model = root["model"];
  if (!model.is_object()) return bad("model", "an object");
  Parts parts;
  SY_CHECK(read_normalizer(root["normalizer"], parts));
  SY_CHECK(read_pre_tokenizer(root["pre_tokenizer"], parts));
  SY_TRY(const Vocabulary vocabulary, Vocabulary::read(model["vocab"]));
  parts.vocabulary_end = vocabulary.end();
  // Files of early versions do not name the type.
  const bool byte_pair = model["type"].exists() ? model["type"].equals("BPE") : model["merges"].exists();
  if (!byte_pair && model["type"].exists() && !model["type"].equals("WordPiece")) {
    return bad("model.type", "WordPiece or BPE");
  }
  if (byte_pair != parts.byte_level.has_value()) {
    return bad("pre_tokenizer", "BertPreTokenizer with WordPiece, ByteLevel with BPE");
  }
  if (byte_pair) {
    SY_TRY(parts.model, read_byte_pair(model, vocabulary));
  } else {
    SY_TRY(parts.model, read_word_piece(model, vocabulary));
  }
  SY_CHECK(read_added_tokens(root["added_tokens"], vocabulary, parts));
  SY_CHECK(read_post_processor(root["post_processor"], parts));
  SY_CHECK(read_sizes(root, parts));
  return Tokenizer(std::move(parts));
}

}  // namespace switchyard::scoring::tokenizer
