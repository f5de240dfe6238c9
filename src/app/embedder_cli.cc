#include "app/embedder_cli.h"

#include <unistd.h>

#include <iostream>

#include "adapters/embedder_onnx/onnx_encoder.h"
#include "adapters/embedder_remote/remote_encoder.h"
#include "base/json_writer.h"
#include "cli/embedder_commands/distill.h"
#include "cli/embedder_commands/embed.h"
#include "cli/embedder_commands/static_file.h"
#include "cli/embedder_commands/tokenize.h"
#include "config/runtime_config.h"

namespace switchyard::app {
namespace {

/// Which encoder a command uses: a transformer's folder, or a static table.
struct EncoderOptions {
  std::string assets, library, table;
  embedder_remote::RemoteSettings remote;
};

void add_encoder_options(CLI::App* command, EncoderOptions& options) {
  command->add_option("--assets", options.assets, "Folder with model.onnx and tokenizer.json")
      ->envname("ROUTER_ONNX_ASSETS_DIR");
  command->add_option("--library", options.library, "Folder with libonnxruntime.so")
      ->envname("ROUTER_ONNX_LIBRARY_DIR");
  command->add_option("--static", options.table, "A static table (.npy) instead");
  command->add_option("--remote", options.remote.url,
                      "A server with /v1/embeddings instead; its key is OPENAI_API_KEY");
  command->add_option("--model", options.remote.model, "The server's model");
}

Result<std::unique_ptr<scoring::Encoder>> open_encoder(const EncoderOptions& options) {
  if (!options.table.empty()) {
    SY_TRY(auto table, cli::StaticFile::open(options.table));
    return table;
  }
  if (!options.remote.url.empty()) {
    const auto environment = config::process_environment();
    const auto value = [&](const char* name) {
      const auto at = environment.find(name);
      return at == environment.end() ? std::string() : at->second;
    };
    embedder_remote::RemoteSettings remote = options.remote;
    remote.key = value("OPENAI_API_KEY");
    remote.https_proxy = value("HTTPS_PROXY");
    remote.no_proxy = value("NO_PROXY");
    SY_TRY(auto encoder, embedder_remote::RemoteEncoder::open(std::move(remote)));
    return encoder;
  }
  SY_TRY(auto encoder, embedder_onnx::OnnxEncoder::open({.assets = options.assets, .library = options.library}));
  return encoder;
}

Result<void> show_info(const EncoderOptions& options) {
  if (!options.table.empty()) return cli::static_info(options.table, std::cout);
  SY_TRY(const auto encoder, embedder_onnx::OnnxEncoder::open({.assets = options.assets, .library = options.library}));
  std::string text;
  json::Writer w(text);
  w.begin_object().field("kind", "onnx").field("identity", encoder->identity());
  w.field("dimension", encoder->dimension()).field("tokens_max", encoder->tokens_max());
  w.field("vocabulary", encoder->tokenizer().parts().vocabulary_end);
  w.field("runtime", encoder->runtime_version()).end_object();
  std::cout << text << "\n";
  return {};
}

/// `command`'s work, with what it was given.
using Run = std::function<void(const std::function<Result<void>()>& work)>;

void add_learning(CLI::App* embedder, const Run& run) {
  static EncoderOptions teacher;
  static cli::DistillOptions options;
  static std::string table, kept;
  CLI::App* const distill = embedder->add_subcommand("distill", "Learn a static table from a transformer's vectors");
  distill->add_option("--teacher", teacher.assets, "Folder with model.onnx and tokenizer.json")->required();
  distill->add_option("--library", teacher.library, "Folder with libonnxruntime.so")
      ->envname("ROUTER_ONNX_LIBRARY_DIR");
  distill->add_option("--data", options.data, "JSONL files, or folders with train.jsonl[.gz]")->required();
  distill->add_option("--out", table, "The table (.npy); its manifest (.json) goes beside it")->required();
  distill->add_option("--kept", kept, "Folder where the teacher's vectors are kept for the next time");
  distill->add_option("--buckets", options.settings.buckets, "Rows, a power of two");
  distill->add_option("--dimension", options.settings.dimension, "Of the vectors");
  distill->add_option("--epochs", options.settings.epochs, "How often each text is looked at");
  distill->add_option("--rate", options.settings.rate, "Size of a step");
  distill->add_option("--keep", options.settings.keep, "Share of a text's parts that one step looks at");
  distill->add_option("--common", options.settings.common, "Share of all words at which a word starts at half length");
  distill->add_option("--seed", options.settings.seed, "The same data, teacher and seed give the same bytes");
  distill->add_flag("--all", options.all, "After measuring, learn from the questions held out, too");
  distill->callback([run] {
    run([]() -> Result<void> {
      SY_TRY(const auto opened, open_encoder(teacher));
      options.teacher = teacher.assets;
      options.out = table;
      options.kept = kept;
      options.progress = isatty(STDERR_FILENO) != 0;
      return cli::distill(*opened, options, std::cout, std::cerr);
    });
  });
  CLI::App* const eval = embedder->add_subcommand("eval", "What a static table is worth for routing");
  eval->add_option("--data", options.data, "JSONL files, or folders with train.jsonl[.gz]")->required();
  eval->add_option("--static", table, "The table; without it one trained as `train cluster` does");
  eval->callback([run] {
    run([] { return cli::eval_table(options.data, table, isatty(STDERR_FILENO) != 0, std::cout, std::cerr); });
  });
}

}  // namespace

void add_embedder(CLI::App& app, Run run) {
  CLI::App* const embedder = app.add_subcommand("embedder", "Text to vectors")->require_subcommand(1);
  static EncoderOptions options;
  CLI::App* const tokenize = embedder->add_subcommand("tokenize", "Texts to token numbers, JSON strings line by line");
  tokenize->add_option("--assets", options.assets, "A model's folder with tokenizer.json")->required();
  tokenize->callback([run] {
    run([]() -> Result<void> {
      SY_TRY(const auto tokenizer, cli::load_tokenizer(options.assets));
      return cli::tokenize(tokenizer, std::cin, std::cout);
    });
  });

  CLI::App* const embed = embedder->add_subcommand("embed", "Texts to vectors, JSON strings line by line");
  add_encoder_options(embed, options);
  embed->callback([run] {
    run([]() -> Result<void> {
      SY_TRY(const auto encoder, open_encoder(options));
      return cli::embed(*encoder, std::cin, std::cout);
    });
  });

  CLI::App* const bench = embedder->add_subcommand("bench", "How long each text takes, JSON strings line by line");
  add_encoder_options(bench, options);
  bench->callback([run] {
    run([]() -> Result<void> {
      SY_TRY(const auto encoder, open_encoder(options));
      return cli::bench_encoder(*encoder, SystemClock(), std::cin, std::cout);
    });
  });

  CLI::App* const info = embedder->add_subcommand("info", "What an embedder is, as JSON");
  add_encoder_options(info, options);
  info->callback([run] { run([] { return show_info(options); }); });
  add_learning(embedder, run);
}

}  // namespace switchyard::app
