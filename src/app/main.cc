// The program: one subcommand a use.

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <sstream>

#include "app/embedder_cli.h"
#include "app/gateway.h"
#include "app/serve.h"
#include "base/json_writer.h"
#include "cli/config_commands/compiled_config.h"
#include "cli/config_commands/config_commands.h"
#include "cli/key_commands/key_commands.h"
#include "cli/mock/mock.h"
#include "cli/report_commands/report_commands.h"
#include "cli/train_commands/eval.h"
#include "cli/train_commands/train_cluster.h"
#include "cli/train_commands/train_estimator.h"
#include "cli/train_commands/train_strategy.h"
#include "config/provider_page.h"
#include "config/registry.h"
#include "routing/record.h"
#include "scoring/cluster/artifact.h"
#include "scoring/strategy.h"
#include "service/turn/question.h"
#include "wire/codec/dialect_page.h"

namespace switchyard::app {
namespace {

constexpr int kFailed = 1, kUsage = 2;

int told(const Result<void>& result) {
  if (result) return 0;
  std::cerr << "switchyard: " << result.error().message << "\n";
  return kFailed;
}

config::Sources sources_of(const std::string& yaml) {
  config::Sources sources;
  sources.environment = config::process_environment();
  sources.yaml_path = yaml;
  return sources;
}

Result<std::string> file_text(const std::string& path) {
  std::ostringstream text;
  if (path == "-") {
    text << std::cin.rdbuf();
  } else {
    std::ifstream file(path, std::ios::binary);
    if (!file) return fail(ErrorKind::kInvalidRequest, "'" + path + "' cannot be read");
    text << file.rdbuf();
  }
  return std::move(text).str();
}

class NoHeaders final : public HeaderSource {
 public:
  [[nodiscard]] std::optional<std::string_view> get(std::string_view) const override { return std::nullopt; }
  Result<void> for_each(const std::function<Result<void>(std::string_view, std::string_view)>&) const override {
    return {};
  }
};

Result<std::shared_ptr<const GatewayState>> load_state(const std::string& yaml) {
  SY_TRY(auto config, config::load(sources_of(yaml)));
  return make_state(std::move(config));
}

struct RouteOptions {
  std::string yaml, model, dialect = "openai_chat", file, text, record;
};

/// Decides as the gateway would, prints the record.
Result<void> route(const RouteOptions& o) {
  SY_TRY(const auto state, load_state(o.yaml));
  const auto dialect = dialect_from_name(o.dialect);
  if (!dialect) return fail(ErrorKind::kInvalidRequest, "--dialect: expected openai_chat or anthropic");
  std::string body;
  if (!o.file.empty()) {
    SY_TRY(body, file_text(o.file));
  } else {
    json::Writer w(body);
    w.begin_object();
    if (!o.model.empty()) w.field("model", o.model);
    w.field("max_tokens", 1024)
        .key("messages")
        .begin_array()
        .begin_object()
        .field("role", "user")
        .field("content", o.text);
    w.end_object().end_array().end_object();
  }
  const NoHeaders none;
  SY_TRY(const auto question, Question::read(*dialect, body, {}, none, false, *state));
  SY_TRY(const routing::Plan plan, question->plan(state->table));
  std::cout << routing::render_record("dec_offline", question->query(), plan, state->table,
                                      routing::TextInRecord::kHash)
            << "\n";
  if (!o.record.empty()) {
    std::ofstream file(o.record);
    file << routing::render_record("dec_offline", question->query(), plan, state->table, routing::TextInRecord::kWhole)
         << "\n";
    if (!file.flush()) return fail(ErrorKind::kUnavailable, "'" + o.record + "' cannot be written");
  }
  return {};
}

Result<void> replay(const std::string& yaml, const std::string& path, bool json) {
  SY_TRY(const auto state, load_state(yaml));
  SY_TRY(const std::string record, file_text(path));
  SY_TRY(const routing::ReplayReport report, routing::replay(record, state->table));
  if (json) {
    std::string text;
    json::Writer(text).begin_object().field("same", report.same).field("difference", report.difference).end_object();
    std::cout << text << "\n";
  } else {
    std::cout << (report.same ? "the same decision, bit for bit\n" : "differs: " + report.difference + "\n");
  }
  if (!report.same) return fail(ErrorKind::kConflict, "the replay differs");
  return {};
}

Result<void> with_keys(const std::string& yaml, const std::function<Result<void>(identity::KeyStore&)>& work) {
  SY_TRY(const auto config, config::load(sources_of(yaml)));
  SY_TRY(const std::string path, database_path(*config));
  const SystemClock clock;
  SY_TRY(const auto store, store_sqlite::SqliteKeyStore::open(path, clock));
  return work(*store);
}

Result<void> report_usage(const std::string& yaml, const ledger::ReportQuery& query, bool json) {
  SY_TRY(const auto config, config::load(sources_of(yaml)));
  SY_TRY(const std::string path, database_path(*config));
  SY_TRY(const auto store, store_sqlite::SqliteLedgerReader::open(path));
  return cli::report_usage(*store, config->storage.data_dir + "/ledger", query, json, std::cout);
}

/// Adds `work` as the subcommand's action; its result becomes the exit code.
template <class Work>
void run_with(CLI::App* command, int& code, Work work) {
  command->callback([&code, work = std::move(work)] { code = told(work()); });
}

void add_keys(CLI::App& app, std::string& yaml, int& code) {
  CLI::App* const keys = app.add_subcommand("keys", "Router keys")->require_subcommand(1);
  static std::string name = "unnamed", id;
  static bool json = false, token_only = false;
  const auto output = [] {
    return token_only ? cli::Output::kTokenOnly : json ? cli::Output::kJson : cli::Output::kText;
  };
  CLI::App* const create = keys->add_subcommand("create", "Make a key; it is shown this once");
  create->add_option("--name", name, "What to call it");
  create->add_flag("--token-only", token_only, "Print only the key");
  create->add_flag("--json", json, "Print JSON");
  run_with(create, code, [&, output] {
    return with_keys(yaml, [&](auto& store) { return cli::create_key(store, name, output(), std::cout); });
  });
  CLI::App* const list = keys->add_subcommand("list", "List all keys");
  list->add_flag("--json", json, "Print JSON");
  run_with(list, code, [&, output] {
    return with_keys(yaml, [&](auto& store) { return cli::list_keys(store, output(), std::cout); });
  });
  CLI::App* const rotate = keys->add_subcommand("rotate", "Give a key a new secret; the old one stops working");
  rotate->add_option("id", id, "The key's id or its beginning")->required();
  rotate->add_flag("--json", json, "Print JSON");
  run_with(rotate, code, [&, output] {
    return with_keys(yaml, [&](auto& store) { return cli::rotate_key(store, id, output(), std::cout); });
  });
  CLI::App* const revoke = keys->add_subcommand("revoke", "End a key; in force within a second");
  revoke->add_option("id", id, "The key's id or its beginning")->required();
  revoke->add_flag("--json", json, "Print JSON");
  run_with(revoke, code, [&, output] {
    return with_keys(yaml, [&](auto& store) { return cli::revoke_key(store, id, output(), std::cout); });
  });
}

void add_config(CLI::App& app, std::string& yaml, int& code) {
  static bool json = false;
  CLI::App* const env = app.add_subcommand("env", "Environment variables")->require_subcommand(1);
  CLI::App* const list = env->add_subcommand("list", "All variables with type, default and meaning");
  list->add_flag("--json", json, "Print JSON");
  run_with(list, code, []() -> Result<void> {
    cli::list_variables(json, std::cout);
    return {};
  });
  const auto check = [&yaml]() -> Result<void> {
    SY_TRY(const auto state, load_state(yaml));
    std::cout << "ok: " << cli::config_summary(*state->config) << "\n";
    return {};
  };
  run_with(env->add_subcommand("validate", "Check the variables without starting"), code, check);
  run_with(env->add_subcommand("has-provider-key", "Exit code 0 if a provider key is set"), code,
           [&yaml]() -> Result<void> {
             SY_TRY(const auto config, config::load(sources_of(yaml)));
             if (!config::has_provider_key(*config)) return fail(ErrorKind::kNotFound, "no provider key is set");
             return {};
           });
  CLI::App* const config = app.add_subcommand("config", "The compiled configuration")->require_subcommand(1);
  run_with(config->add_subcommand("check", "Check everything without starting"), code, check);
  CLI::App* const explain = config->add_subcommand("explain", "Every setting and where it came from");
  explain->add_flag("--json", json, "Print JSON");
  run_with(explain, code, [&yaml]() -> Result<void> {
    SY_TRY(const auto loaded, config::load(sources_of(yaml)));
    cli::explain_config(*loaded, json, std::cout);
    return {};
  });
  CLI::App* const compile =
      config->add_subcommand("compile", "What everything compiles to, as canonical JSON; secrets only as set");
  compile->add_flag("--json", json, "The output is JSON in any case");
  run_with(compile, code, [&yaml]() -> Result<void> {
    SY_TRY(const auto loaded, config::load(sources_of(yaml)));
    std::cout << cli::compiled_config(*loaded) << "\n";
    return {};
  });
  CLI::App* const docs =
      app.add_subcommand("docs", "Reference pages from the program's own tables")->require_subcommand(1);
  run_with(docs->add_subcommand("environment", "docs/reference/environment.md"), code, []() -> Result<void> {
    std::cout << config::environment_page();
    return {};
  });
  run_with(docs->add_subcommand("providers", "docs/reference/providers.md"), code, []() -> Result<void> {
    std::cout << config::provider_page();
    return {};
  });
  run_with(docs->add_subcommand("dialects", "docs/reference/dialects.md"), code, []() -> Result<void> {
    std::fputs(wire::dialect_page().c_str(), stdout);
    return {};
  });
}

void add_routing(CLI::App& app, std::string& yaml, int& code) {
  static RouteOptions options;
  static bool json = false;
  static std::string record;
  CLI::App* const decide = app.add_subcommand("route", "Decide without sending; prints the decision record as JSON");
  decide->add_option("--model", options.model, "The model that the client names");
  decide->add_option("--dialect", options.dialect, "openai_chat or anthropic");
  decide->add_option("--file", options.file, "A request body, or - for standard input");
  decide->add_option("--text", options.text, "One user message instead of a file");
  decide->add_option("--record", options.record, "Also write the record with the text, for replay");
  decide->add_flag("--json", json, "The output is JSON in any case");
  run_with(decide, code, [&yaml] {
    options.yaml = yaml;
    return route(options);
  });
  CLI::App* const again = app.add_subcommand("replay", "Decide a record again and compare bit for bit");
  again->add_option("record", record, "The file")->required();
  again->add_flag("--json", json, "Print JSON");
  run_with(again, code, [&yaml] { return replay(yaml, record, json); });
  CLI::App* const artifact = app.add_subcommand("artifact", "Routing artifacts")->require_subcommand(1);
  run_with(artifact->add_subcommand("info", "The manifest of the served artifact, checked"), code,
           [&yaml]() -> Result<void> {
             SY_TRY(const auto config, config::load(sources_of(yaml)));
             SY_TRY(const auto folder, served_artifact(*config));
             SY_TRY(const std::string manifest, scoring::checked_manifest(folder));
             std::cout << manifest;
             return {};
           });
}

void add_estimator_training(CLI::App& train, int& code) {
  static cli::TrainEstimatorOptions options;
  static std::string out = "artifacts/v0.3", proxies = "data/catalog/proxies.json";
  CLI::App* const estimator =
      train.add_subcommand("estimator", "Trees that expect each model's score and answer length");
  estimator->add_option("--data", options.data, "JSONL files, folders with train.jsonl[.gz], or folders of such")
      ->required();
  estimator->add_option("--out", out, "The artifact's folder");
  estimator->add_option("--proxies", proxies, "Which measured column stands for which model (JSON)");
  estimator->add_option("--seed", options.settings.seed, "The same data and seed give the same bytes");
  estimator->add_option("--trees", options.settings.pool_trees, "For each data set")->check(CLI::Range(1, 4096));
  estimator->add_option("--cross-validate", options.splits, "Measure over so many splits of the questions as well");
  estimator->add_option("--leave-out", options.leave_out, "Leave out each task of this data set in turn to measure");
  estimator->add_flag("--json", options.json, "Print the manifest with all figures as JSON");
  run_with(estimator, code, [] {
    options.out = out;
    options.proxies = proxies;
    options.progress = isatty(STDERR_FILENO) != 0;
    return cli::train_estimator(options, std::cout, std::cerr);
  });
}

/// One command for every strategy of the table.
void add_strategy_training(CLI::App& train, int& code) {
  static cli::TrainStrategyOptions options;
  static std::string out, proxies = "data/catalog/proxies.json";
  for (const learning::Strategy& strategy : learning::strategies()) {
    CLI::App* const one = train.add_subcommand(std::string(strategy.name), std::string(strategy.learns));
    one->add_option("--data", options.data, "JSONL files, folders with train.jsonl[.gz], or folders of such")
        ->required();
    one->add_option("--out", out, "The artifact's folder; by default artifacts/" + std::string(strategy.name));
    one->add_option("--proxies", proxies, "Which measured column stands for which model (JSON)");
    one->add_option("--seed", options.embedder.seed, "The same data and seed give the same bytes");
    run_with(one, code, [name = strategy.name] {
      options.strategy = name;
      options.out = out.empty() ? "artifacts/" + options.strategy : out;
      options.proxies = proxies;
      options.progress = isatty(STDERR_FILENO) != 0;
      return cli::train_strategy(options, std::cout, std::cerr);
    });
  }
}

void add_training(CLI::App& app, int& code) {
  static cli::TrainClusterOptions options;
  static std::string out = "artifacts/v0.1", proxies = "data/catalog/proxies.json";
  CLI::App* const train = app.add_subcommand("train", "Learn a routing artifact")->require_subcommand(1);
  CLI::App* const cluster =
      train->add_subcommand("cluster", "Word vectors, clusters, and what each model scored in them");
  cluster->add_option("--data", options.data, "JSONL files, or folders with train.jsonl[.gz]")->required();
  cluster->add_option("--out", out, "The artifact's folder");
  cluster->add_option("--proxies", proxies, "Which measured column stands for which model (JSON)");
  cluster->add_option("--clusters", options.settings.clusters, "How many")->check(CLI::Range(2, 1024));
  cluster->add_option("--dimension", options.settings.dimension, "Of the word vectors")->check(CLI::Range(8, 256));
  cluster->add_option("--seed", options.settings.seed, "The same data and seed give the same bytes");
  run_with(cluster, code, [] {
    options.out = out;
    options.proxies = proxies;
    options.progress = isatty(STDERR_FILENO) != 0;
    return cli::train_cluster(options, std::cout, std::cerr);
  });
  add_estimator_training(*train, code);
  add_strategy_training(*train, code);
}

void add_eval(CLI::App& app, int& code) {
  static cli::EvalOptions options;
  static std::string html;
  CLI::App* const eval = app.add_subcommand("eval", "Measure artifacts on questions that they were not trained on");
  eval->add_option("--artifact", options.artifacts, "Folder; the others are compared with the first")->required();
  eval->add_option("--data", options.data, "JSONL files, folders with train.jsonl[.gz], or folders of such")
      ->required();
  eval->add_option("--html", html, "Also write a page with curves, calibration and regret");
  eval->add_option("--seed", options.seed, "Of the bootstrap");
  eval->add_flag("--json", options.json, "Print JSON");
  run_with(eval, code, [] {
    options.html = html;
    options.progress = isatty(STDERR_FILENO) != 0;
    return cli::eval(options, std::cout, std::cerr);
  });
}

int run(int argc, char** argv) {
  CLI::App app{"Switchyard: an LLM router and gateway"};
  app.require_subcommand(1);
  app.fallthrough();
  std::string yaml;
  app.add_option("--config", yaml, "Configuration file; by default switchyard.yaml in this folder, if it is there");
  int code = 0;

  std::uint16_t port = 0;
  CLI::App* const serving = app.add_subcommand("serve", "Run the gateway");
  serving->add_option("--port", port, "TCP port; wins over PORT");
  serving->callback([&] {
    config::Sources sources = sources_of(yaml);
    if (port != 0) sources.environment["PORT"] = std::to_string(port);
    code = serve(sources);
  });
  cli::MockOptions mock;
  CLI::App* const mocking =
      app.add_subcommand("mock", "A deterministic provider in both dialects, with faults on request");
  mocking->add_option("--host", mock.host, "Address to listen on");
  mocking->add_option("--port", mock.port, "TCP port");
  mocking->callback([&] { code = told(cli::run_mock(mock)); });
  add_keys(app, yaml, code);
  add_config(app, yaml, code);
  add_routing(app, yaml, code);
  add_training(app, code);
  add_embedder(app, [&code](const auto& work) { code = told(work()); });
  add_eval(app, code);

  cli::UsageOptions usage_options;
  CLI::App* const reports = app.add_subcommand("report", "What was used")->require_subcommand(1);
  CLI::App* const usage = reports->add_subcommand("usage", "Requests, tokens, cost and latency by group");
  usage->add_option("--by", usage_options.by, "model, provider, key, day or outcome");
  usage->add_option("--from", usage_options.from, "The first moment, as 2026-11-21 or 2026-11-21T08:00:00Z");
  usage->add_option("--to", usage_options.to, "The first moment that is not counted any more");
  usage->add_flag("--json", usage_options.json, "Print JSON");
  usage->callback([&] {
    const auto query = cli::usage_query(usage_options);
    if (query) {
      code = told(report_usage(yaml, *query, usage_options.json));
    } else {
      told(std::unexpected(query.error()));
      code = kUsage;
    }
  });
  app.add_subcommand("version", "The program's version")->callback([] { std::cout << SWITCHYARD_VERSION << "\n"; });

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : kUsage;
  }
  return code;
}

}  // namespace
}  // namespace switchyard::app

int main(int argc, char** argv) { return switchyard::app::run(argc, argv); }
