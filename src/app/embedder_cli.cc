#include "app/embedder_cli.h"

#include <iostream>

#include "cli/embedder_commands/tokenize.h"

namespace switchyard::app {

void add_embedder(CLI::App& app, std::function<void(const std::function<Result<void>()>& work)> run) {
  CLI::App* const embedder = app.add_subcommand("embedder", "Text to vectors")->require_subcommand(1);
  static std::string assets;

  CLI::App* const tokenize = embedder->add_subcommand("tokenize", "Texts to token numbers, JSON strings line by line");
  tokenize->add_option("--assets", assets, "A model's folder with tokenizer.json")->required();
  tokenize->callback([run] {
    run([]() -> Result<void> {
      SY_TRY(const auto tokenizer, cli::load_tokenizer(assets));
      return cli::tokenize(tokenizer, std::cin, std::cout);
    });
  });
}

}  // namespace switchyard::app
