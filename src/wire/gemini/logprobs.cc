#include "wire/gemini/logprobs.h"

#include "base/json_writer.h"
#include "wire/gemini/keys.h"

namespace switchyard::wire::gemini {
namespace {

void read_candidate(json::Value candidate, json::Writer& w) {
  const json::Value probability = member(candidate, "logProbability");
  w.field_escaped("token", candidate["token"].escaped());
  // Google leaves out what is 0: a certain token.
  w.field_raw("logprob", probability.is_number() ? probability.raw() : "0").key("bytes").null();
}

void write_candidate(json::Value token, json::Writer& w) {
  w.begin_object().field_escaped("token", token["token"].escaped());
  if (token["logprob"].is_number()) w.field_raw("logProbability", token["logprob"].raw());
  w.end_object();
}

}  // namespace

JsonRaw read_logprobs(json::Value result, TextStorage& storage) {
  const json::Value chosen = member(result, "chosenCandidates"), top = member(result, "topCandidates");
  if (chosen.size() == 0) return {};
  std::string& out = storage.emplace_back();
  json::Writer w(out);
  w.begin_array();
  auto others = top.elements().begin();
  const auto end = top.elements().end();
  for (const json::Value token : chosen.elements()) {
    w.begin_object();
    read_candidate(token, w);
    w.key("top_logprobs").begin_array();
    if (top.is_array() && !(others == end)) {
      for (const json::Value other : (*others)["candidates"].elements()) {
        w.begin_object();
        read_candidate(other, w);
        w.end_object();
      }
      ++others;
    }
    w.end_array().end_object();
  }
  w.end_array();
  return {out};
}

bool write_logprobs(JsonRaw logprobs, std::string& out) {
  const auto document = json::Document::parse(logprobs.text);
  if (!document || document->root().size() == 0 || !document->root().is_array()) return false;
  json::Writer w(out);
  w.begin_object().key("topCandidates").begin_array();
  for (const json::Value token : document->root().elements()) {
    w.begin_object().key("candidates").begin_array();
    for (const json::Value other : token["top_logprobs"].elements()) write_candidate(other, w);
    w.end_array().end_object();
  }
  w.end_array().key("chosenCandidates").begin_array();
  for (const json::Value token : document->root().elements()) write_candidate(token, w);
  w.end_array().end_object();
  return true;
}

}  // namespace switchyard::wire::gemini
