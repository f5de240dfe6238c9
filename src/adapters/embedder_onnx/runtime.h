#pragma once
/// \file
/// ONNX Runtime through its C interface, found at run time: the gateway starts without it, and nothing of it is needed
/// to build. Only the functions that we call are declared here, by their place in the table that `OrtGetApiBase` leads
/// to. Source: onnxruntime_c_api.h and the table in onnxruntime_c_api.cc, interface version 1, whose 102 places (0 to
/// 101) are fixed for good: "Size of version 1 API cannot change". Every release since 1.0 serves it.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace switchyard::embedder_onnx {

/// A loaded library; it stays loaded, since its threads and static objects do not survive being unloaded.
class Runtime {
 public:
  /// `folder` holds libonnxruntime.so, with or without a version behind it.
  /// Errors: kUnavailable if there is none or it does not load.
  static Result<std::shared_ptr<const Runtime>> open(const std::filesystem::path& folder);

  [[nodiscard]] const std::string& version() const { return version_; }
  /// The function at a place of the table, as the type that the header gives it.
  template <class Function>
  [[nodiscard]] Function at(std::size_t place) const {
    return reinterpret_cast<Function>(table_[place]);
  }

 private:
  Runtime(void* const* table, std::string version) : table_(table), version_(std::move(version)) {}
  void* const* table_;
  std::string version_;
};

/// What a run gives: float32, row by row.
struct Tensor {
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

/// One model, ready to run on the calling thread: one thread inside an operator and between them. Safe to call from
/// several threads.
class Session {
 public:
  /// Errors: kUnavailable with the runtime's message.
  static Result<std::unique_ptr<Session>> open(std::shared_ptr<const Runtime> runtime,
                                               const std::filesystem::path& model);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  [[nodiscard]] const std::vector<std::string>& inputs() const { return inputs_; }
  [[nodiscard]] const std::vector<std::string>& outputs() const { return outputs_; }

  /// `inputs`: one array of [texts, tokens] int64 for each of `inputs()`, in that order. The output at `output`.
  /// Errors: kUnavailable with the runtime's message.
  [[nodiscard]] Result<Tensor> run(std::span<const std::vector<std::int64_t>> inputs, std::int64_t texts,
                                   std::int64_t tokens, std::size_t output) const;

 private:
  explicit Session(std::shared_ptr<const Runtime> runtime) : runtime_(std::move(runtime)) {}
  Result<void> load(const std::filesystem::path& model);

  std::shared_ptr<const Runtime> runtime_;
  void* environment_ = nullptr;
  void* session_ = nullptr;
  void* memory_ = nullptr;
  std::vector<std::string> inputs_, outputs_;
};

}  // namespace switchyard::embedder_onnx
