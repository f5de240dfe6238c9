#include "app/embedder_cli.h"

#include <iostream>

#include "adapters/embedder_onnx/onnx_encoder.h"
#include "cli/embedder_commands/embed.h"
#include "cli/embedder_commands/tokenize.h"

namespace switchyard::app {
namespace {

/// Where the encoder of a command is found.
struct EncoderOptions {
  std::string assets, library;
};

void add_encoder_options(CLI::App* command, EncoderOptions& options) {
  command->add_option("--assets", options.assets, "Folder with model.onnx and tokenizer.json")
      ->envname("ROUTER_ONNX_ASSETS_DIR");
  command->add_option("--library", options.library, "Folder with libonnxruntime.so")
      ->envname("ROUTER_ONNX_LIBRARY_DIR");
}

Result<std::unique_ptr<embedder_onnx::OnnxEncoder>> open_encoder(const EncoderOptions& options) {
  return embedder_onnx::OnnxEncoder::open({.assets = options.assets, .library = options.library});
}

}  // namespace

void add_embedder(CLI::App& app, std::function<void(const std::function<Result<void>()>& work)> run) {
  CLI::App* const embedder = app.add_subcommand("embedder", "Text to vectors")->require_subcommand(1);
  static EncoderOptions encoder;

  CLI::App* const tokenize = embedder->add_subcommand("tokenize", "Texts to token numbers, JSON strings line by line");
  tokenize->add_option("--assets", encoder.assets, "A model's folder with tokenizer.json")->required();
  tokenize->callback([run] {
    run([]() -> Result<void> {
      SY_TRY(const auto tokenizer, cli::load_tokenizer(encoder.assets));
      return cli::tokenize(tokenizer, std::cin, std::cout);
    });
  });

  CLI::App* const embed = embedder->add_subcommand("embed", "Texts to vectors, JSON strings line by line");
  add_encoder_options(embed, encoder);
  embed->callback([run] {
    run([]() -> Result<void> {
      SY_TRY(const auto opened, open_encoder(encoder));
      return cli::embed(*opened, std::cin, std::cout);
    });
  });

  CLI::App* const bench = embedder->add_subcommand("bench", "How long each text takes, JSON strings line by line");
  add_encoder_options(bench, encoder);
  bench->callback([run] {
    run([]() -> Result<void> {
      SY_TRY(const auto opened, open_encoder(encoder));
      return cli::bench_encoder(*opened, SystemClock(), std::cin, std::cout);
    });
  });
}

}  // namespace switchyard::app
