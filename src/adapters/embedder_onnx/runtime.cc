#include "adapters/embedder_onnx/runtime.h"

#include <dlfcn.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>

namespace switchyard::embedder_onnx {
namespace {

constexpr std::uint32_t kInterfaceVersion = 1;
constexpr int kLogErrors = 3;              // ORT_LOGGING_LEVEL_ERROR
constexpr int kAllOptimisations = 99;      // ORT_ENABLE_ALL
constexpr int kDeviceAllocator = 0;        // OrtDeviceAllocator
constexpr int kDefaultMemory = 0;          // OrtMemTypeDefault
constexpr int kFloat = 1, kInt64 = 7;      // ONNX_TENSOR_ELEMENT_DATA_TYPE_
constexpr std::size_t kDimensionsMax = 8;  // Ours have two or three; the rest is room for a message that says so.

// A failed call returns a status that must be released; success is a null pointer. Handles are opaque.
using Status = void*;

/// The places in the table, with their functions' types.
namespace place {
struct Base {
  void* const* (*get_api)(std::uint32_t version);
  const char* (*get_version)();
};
constexpr std::size_t kGetErrorMessage = 2;
constexpr std::size_t kCreateEnv = 3;
constexpr std::size_t kCreateSession = 7;
constexpr std::size_t kRun = 9;
constexpr std::size_t kCreateSessionOptions = 10;
constexpr std::size_t kSetSessionGraphOptimizationLevel = 23;
constexpr std::size_t kSetIntraOpNumThreads = 24;
constexpr std::size_t kSetInterOpNumThreads = 25;
constexpr std::size_t kSessionGetInputCount = 30;
constexpr std::size_t kSessionGetOutputCount = 31;
constexpr std::size_t kSessionGetInputName = 36;
constexpr std::size_t kSessionGetOutputName = 37;
constexpr std::size_t kCreateTensorWithDataAsOrtValue = 49;
constexpr std::size_t kGetTensorMutableData = 51;
constexpr std::size_t kGetTensorElementType = 60;
constexpr std::size_t kGetDimensionsCount = 61;
constexpr std::size_t kGetDimensions = 62;
constexpr std::size_t kGetTensorTypeAndShape = 65;
constexpr std::size_t kCreateCpuMemoryInfo = 69;
constexpr std::size_t kAllocatorFree = 76;
constexpr std::size_t kGetAllocatorWithDefaultOptions = 78;
constexpr std::size_t kReleaseEnv = 92;
constexpr std::size_t kReleaseStatus = 93;
constexpr std::size_t kReleaseMemoryInfo = 94;
constexpr std::size_t kReleaseSession = 95;
constexpr std::size_t kReleaseValue = 96;
constexpr std::size_t kReleaseTensorTypeAndShapeInfo = 99;
constexpr std::size_t kReleaseSessionOptions = 100;
}  // namespace place

template <class... Arguments>
using Call = Status (*)(Arguments...);
using Release = void (*)(void*);

/// Calls the function at `where`; its failure becomes an error that names `what`.
template <class... Arguments>
Result<void> call(const Runtime& runtime, std::size_t where, const char* what, Arguments... arguments) {
  Status const status = runtime.at<Call<Arguments...>>(where)(arguments...);
  if (status == nullptr) return {};
  const std::string message = runtime.at<const char* (*)(const void*)>(place::kGetErrorMessage)(status);
  runtime.at<Release>(place::kReleaseStatus)(status);
  return fail(ErrorKind::kUnavailable, std::string("ONNX Runtime, ") + what + ": " + message);
}

/// Releases a handle at the end of its scope.
class Handle {
 public:
  Handle(const Runtime& runtime, std::size_t release) : runtime_(runtime), release_(release) {}
  ~Handle() {
    if (value_ != nullptr) runtime_.at<Release>(release_)(value_);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  [[nodiscard]] void* get() const { return value_; }
  void** out() { return &value_; }
  void* release() { return std::exchange(value_, nullptr); }

 private:
  const Runtime& runtime_;
  std::size_t release_;
  void* value_ = nullptr;
};

/// libonnxruntime.so, or the last of libonnxruntime.so.* by name.
std::filesystem::path find_library(const std::filesystem::path& folder) {
  constexpr std::string_view kName = "libonnxruntime.so";
  std::error_code code;
  if (std::filesystem::exists(folder / kName, code)) return folder / kName;
  std::filesystem::path best;
  for (const auto& entry : std::filesystem::directory_iterator(folder, code)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(std::string(kName) + ".") && entry.path() > best) best = entry.path();
  }
  return best;
}

Result<std::vector<std::string>> names(const Runtime& runtime, void* session, std::size_t count_place,
                                       std::size_t name_place) {
  void* allocator = nullptr;
  SY_CHECK(call(runtime, place::kGetAllocatorWithDefaultOptions, "allocator", &allocator));
  std::size_t count = 0;
  SY_CHECK(call(runtime, count_place, "count of names", static_cast<const void*>(session), &count));
  std::vector<std::string> out;
  for (std::size_t i = 0; i < count; ++i) {
    char* name = nullptr;
    SY_CHECK(call(runtime, name_place, "name", static_cast<const void*>(session), i, allocator, &name));
    out.emplace_back(name);
    SY_CHECK(call(runtime, place::kAllocatorFree, "free", allocator, static_cast<void*>(name)));
  }
  return out;
}

Result<Tensor> read_tensor(const Runtime& runtime, void* value) {
  Handle info(runtime, place::kReleaseTensorTypeAndShapeInfo);
  SY_CHECK(call(runtime, place::kGetTensorTypeAndShape, "output", static_cast<const void*>(value), info.out()));
  int type = 0;
  SY_CHECK(call(runtime, place::kGetTensorElementType, "output", static_cast<const void*>(info.get()), &type));
  std::size_t dimensions = 0;
  SY_CHECK(call(runtime, place::kGetDimensionsCount, "output", static_cast<const void*>(info.get()), &dimensions));
  if (type != kFloat || dimensions > kDimensionsMax) {
    return fail(ErrorKind::kUnavailable, "ONNX model: expected an output of float32");
  }
  Tensor out;
  out.shape.resize(dimensions);
  SY_CHECK(call(runtime, place::kGetDimensions, "output", static_cast<const void*>(info.get()), out.shape.data(),
                dimensions));
  const auto size = std::accumulate(out.shape.begin(), out.shape.end(), std::int64_t{1}, std::multiplies<>());
  void* data = nullptr;
  SY_CHECK(call(runtime, place::kGetTensorMutableData, "output", value, &data));
  const auto* const values = static_cast<const float*>(data);
  out.values.assign(values, values + size);
  return out;
}

}  // namespace

Result<std::shared_ptr<const Runtime>> Runtime::open(const std::filesystem::path& folder) {
  const std::filesystem::path path = find_library(folder);
  if (path.empty()) return fail(ErrorKind::kUnavailable, "'" + folder.string() + "' has no libonnxruntime.so");
  void* const library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    return fail(ErrorKind::kUnavailable, "'" + path.string() + "' does not load", dlerror());
  }
  const auto base = reinterpret_cast<const place::Base* (*)()>(dlsym(library, "OrtGetApiBase"));
  void* const* const table = base == nullptr ? nullptr : base()->get_api(kInterfaceVersion);
  if (table == nullptr) {
    dlclose(library);
    return fail(ErrorKind::kUnavailable, "'" + path.string() + "' is no ONNX Runtime");
  }
  return std::shared_ptr<const Runtime>(new Runtime(table, base()->get_version()));
}

Result<std::unique_ptr<Session>> Session::open(std::shared_ptr<const Runtime> runtime,
                                               const std::filesystem::path& model) {
  std::unique_ptr<Session> out(new Session(std::move(runtime)));
  SY_CHECK(out->load(model));
  return out;
}

Result<void> Session::load(const std::filesystem::path& model) {
  const Runtime& r = *runtime_;
  SY_CHECK(call(r, place::kCreateEnv, "environment", kLogErrors, "switchyard", &environment_));
  Handle options(r, place::kReleaseSessionOptions);
  SY_CHECK(call(r, place::kCreateSessionOptions, "options", options.out()));
  SY_CHECK(call(r, place::kSetSessionGraphOptimizationLevel, "options", options.get(), kAllOptimisations));
  SY_CHECK(call(r, place::kSetIntraOpNumThreads, "options", options.get(), 1));
  SY_CHECK(call(r, place::kSetInterOpNumThreads, "options", options.get(), 1));
  SY_CHECK(call(r, place::kCreateSession, "loading the model", static_cast<const void*>(environment_), model.c_str(),
                static_cast<const void*>(options.get()), &session_));
  SY_CHECK(call(r, place::kCreateCpuMemoryInfo, "memory", kDeviceAllocator, kDefaultMemory, &memory_));
  SY_TRY(inputs_, names(r, session_, place::kSessionGetInputCount, place::kSessionGetInputName));
  SY_TRY(outputs_, names(r, session_, place::kSessionGetOutputCount, place::kSessionGetOutputName));
  return {};
}

Session::~Session() {
  const auto release = [&](void* handle, std::size_t where) {
    if (handle != nullptr) runtime_->at<Release>(where)(handle);
  };
  release(memory_, place::kReleaseMemoryInfo);
  release(session_, place::kReleaseSession);
  release(environment_, place::kReleaseEnv);
}

Result<Tensor> Session::run(std::span<const std::vector<std::int64_t>> inputs, std::int64_t texts, std::int64_t tokens,
                            std::size_t output) const {
  const Runtime& r = *runtime_;
  const std::int64_t shape[] = {texts, tokens};
  std::vector<std::unique_ptr<Handle>> owned;
  std::vector<const void*> values;
  std::vector<const char*> input_names;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    owned.push_back(std::make_unique<Handle>(r, place::kReleaseValue));
    // The tensor views our array, which the interface takes as mutable but does not change.
    auto* const data = const_cast<std::int64_t*>(inputs[i].data());
    SY_CHECK(call(r, place::kCreateTensorWithDataAsOrtValue, "input", static_cast<const void*>(memory_),
                  static_cast<void*>(data), inputs[i].size() * sizeof(std::int64_t),
                  static_cast<const std::int64_t*>(shape), std::size(shape), kInt64, owned.back()->out()));
    values.push_back(owned.back()->get());
    input_names.push_back(inputs_[i].c_str());
  }
  const char* const output_name = outputs_[output].c_str();
  Handle result(r, place::kReleaseValue);
  SY_CHECK(call(r, place::kRun, "run", session_, static_cast<const void*>(nullptr),
                static_cast<const char* const*>(input_names.data()), static_cast<const void* const*>(values.data()),
                values.size(), &output_name, std::size_t{1}, result.out()));
  return read_tensor(r, result.get());
}

}  // namespace switchyard::embedder_onnx
