#include "config/registry.h"

namespace switchyard::config {
namespace {

using enum VariableType;
constexpr double kMaxMs = 86'400'000;  // A day.

constexpr Variable kVariables[] = {
    {"ANTHROPIC_API_KEY", "Providers", kSecret, "", "Anthropic's key. Without it the client's own Anthropic credentials are passed through."},
    {"ANTHROPIC_BASE_URL", "Providers", kUrl, "https://api.anthropic.com", "Where Anthropic is reached, with or without /v1."},
    {"OPENAI_API_KEY", "Providers", kSecret, "", "Enables OpenAI."},
    {"OPENAI_BASE_URL", "Providers", kUrl, "https://api.openai.com", "Where OpenAI or a compatible server is reached, with or without /v1."},
    {"GOOGLE_API_KEY", "Providers", kSecret, "", "Enables Gemini through its OpenAI-compatible endpoint."},
    {"GOOGLE_BASE_URL", "Providers", kUrl, "https://generativelanguage.googleapis.com/v1beta/openai", "Where Gemini is reached."},
    {"OPENROUTER_API_KEY", "Providers", kSecret, "", "Enables OpenRouter and with it most open models."},
    {"OPENROUTER_BASE_URL", "Providers", kUrl, "https://openrouter.ai/api/v1", "Where OpenRouter or any compatible server is reached."},
    {"XAI_API_KEY", "Providers", kSecret, "", "Enables xAI."},
    {"XAI_BASE_URL", "Providers", kUrl, "https://api.x.ai/v1", "Where xAI is reached."},
    {"FIREWORKS_API_KEY", "Providers", kSecret, "", "Enables Fireworks."},
    {"FIREWORKS_BASE_URL", "Providers", kUrl, "https://api.fireworks.ai/inference/v1", "Where Fireworks is reached."},
    {"TOGETHER_API_KEY", "Providers", kSecret, "", "Enables Together."},
    {"TOGETHER_BASE_URL", "Providers", kUrl, "https://api.together.xyz/v1", "Where Together is reached."},
    {"MAKORA_API_KEY", "Providers", kSecret, "", "Enables Makora."},
    {"MAKORA_BASE_URL", "Providers", kUrl, "https://inference.makora.com/v1", "Where Makora is reached."},
    {"SWITCHYARD_MOCK_URL", "Providers", kUrl, "", "Base URL of a mock provider that then serves every model, behind the real providers."},
    {"HTTPS_PROXY", "Providers", kSecret, "", "HTTP proxy through which https providers are reached: http://[user:password@]host:port."},
    {"NO_PROXY", "Providers", kString, "", "Comma-separated host suffixes that are reached without the proxy, or *."},
    {"SSL_CERT_FILE", "Providers", kPath, "", "Root certificates to trust instead of the system's."},

    {"PORT", "Server", kInteger, "8080", "TCP port to listen on.", {}, 0, 65535},
    {"SWITCHYARD_HOST", "Server", kString, "0.0.0.0", "Address to listen on."},
    {"SWITCHYARD_LISTEN_UNIX", "Server", kPath, "", "Unix socket to listen on as well."},
    {"SWITCHYARD_TLS_CERTIFICATE", "Server", kPath, "", "Certificate chain (PEM); serves HTTPS together with the key."},
    {"SWITCHYARD_TLS_KEY", "Server", kPath, "", "Private key (PEM) of the certificate."},
    {"SWITCHYARD_WORKERS", "Server", kInteger, "0", "Event loops; 0 means one a core.", {}, 0, 1024},
    {"SWITCHYARD_AUTH", "Server", kChoice, "required", "Whether clients need a key; off is for development only.", "required off"},
    {"SWITCHYARD_CORS_ORIGINS", "Server", kList, "*", "Origins that browsers may call from, comma-separated, or *."},
    {"SWITCHYARD_DRAIN_SECONDS", "Server", kInteger, "20", "How long running requests may go on after SIGTERM.", {}, 0, 3600},
    {"SWITCHYARD_DATA_DIR", "Server", kPath, "./var", "Folder of the database and the ledger's journal."},
    {"SWITCHYARD_LOG_LEVEL", "Server", kChoice, "info", "The least severe messages that are logged.", "debug info warn error"},
    {"SWITCHYARD_LOG_FORMAT", "Server", kChoice, "text", "Shape of the log lines.", "text json"},

    {"ROUTER_NAMED_MODELS", "Routing", kChoice, "route", "Whether a bare model name from the client is routed or honoured.", "route honor"},
    {"ROUTER_DEFAULT_STRATEGY", "Routing", kChoice, "cluster", "How models are scored.", "cluster"},
    {"ROUTER_CLUSTER_VERSION", "Routing", kString, "", "Artifact version to serve; without it artifacts/latest decides."},
    {"ROUTER_CLUSTER_TOP_P", "Routing", kInteger, "0", "How many nearest clusters count; 0 means the artifact's own number.", {}, 0, 1024},
    {"ROUTER_CLUSTER_EMBED_TIMEOUT_MS", "Routing", kInteger, "200", "Longest time an embedding may take before the request fails with 503.", {}, 1, 60'000},
    {"ROUTER_ONNX_ASSETS_DIR", "Routing", kPath, "", "Folder of a transformer encoder: model.onnx and tokenizer.json."},
    {"ROUTER_ONNX_LIBRARY_DIR", "Routing", kPath, "", "Folder of libonnxruntime.so."},
    {"ROUTER_EMBED_ONLY_USER_MESSAGE", "Routing", kBoolean, "true", "Embed the user's words only, not the whole turn."},
    {"ROUTER_HARD_PIN_MODEL", "Routing", kString, "", "Serve every request with this model."},
    {"ROUTER_HARD_PIN_PROVIDER", "Routing", kString, "", "Serve it at this provider only; needs ROUTER_HARD_PIN_MODEL."},
    {"ROUTER_EXCLUDED_MODELS", "Routing", kList, "", "Models that are never used, comma-separated."},
    {"ROUTER_EXCLUDED_PROVIDERS", "Routing", kList, "", "Providers that are never used, comma-separated."},
    {"SWITCHYARD_ALPHA", "Routing", kNumber, "", "Weight of quality against cost, 0 to 1; without it the artifact's own.", {}, 0, 1},
    {"SWITCHYARD_ARTIFACTS_DIR", "Routing", kPath, "", "Folder of routing artifacts; by default artifacts/ here or beside the program."},
    {"SWITCHYARD_CATALOG", "Routing", kPath, "", "A catalog file (JSON) instead of the built-in one."},
    {"SWITCHYARD_ATTEMPTS", "Routing", kInteger, "4", "Attempts a request may take at most.", {}, 1, 16},

    {"SWITCHYARD_LIMIT_CONNECTIONS", "Limits", kInteger, "20000", "Open client connections: 503 beyond it.", {}, 1, 10'000'000},
    {"SWITCHYARD_LIMIT_LINE_BYTES", "Limits", kInteger, "8192", "Request line: 414 beyond it.", {}, 256, 65'536},
    {"SWITCHYARD_LIMIT_HEAD_BYTES", "Limits", kInteger, "65536", "Request head: 431 beyond it.", {}, 1024, 1'048'576},
    {"SWITCHYARD_LIMIT_FIELDS", "Limits", kInteger, "100", "Header fields: 431 beyond it.", {}, 8, 1000},
    {"SWITCHYARD_LIMIT_BODY_BYTES", "Limits", kInteger, "67108864", "Body, as sent and inflated: 413 beyond it.", {}, 1024, 1'073'741'824},
    {"SWITCHYARD_LIMIT_JSON_DEPTH", "Limits", kInteger, "200", "Arrays and objects inside one another: 400 beyond it.", {}, 8, 10'000},
    {"SWITCHYARD_LIMIT_HEAD_MS", "Limits", kInteger, "10000", "Time for a request's head: 408 beyond it.", {}, 10, kMaxMs},
    {"SWITCHYARD_LIMIT_BODY_MS", "Limits", kInteger, "30000", "Time between two pieces of a body: 408 beyond it.", {}, 10, kMaxMs},
    {"SWITCHYARD_LIMIT_IDLE_MS", "Limits", kInteger, "120000", "Time a connection may idle between requests.", {}, 10, kMaxMs},
    {"SWITCHYARD_LIMIT_WRITE_MS", "Limits", kInteger, "60000", "Time a client may leave an answer untaken.", {}, 10, kMaxMs},
    {"SWITCHYARD_REQUEST_MS", "Limits", kInteger, "600000", "Time for a whole request, all attempts together: 504 beyond it.", {}, 10, kMaxMs},

    {"SWITCHYARD_UPSTREAM_CONNECT_MS", "Upstream", kInteger, "10000", "Time for DNS, TCP and TLS together.", {}, 1, kMaxMs},
    {"SWITCHYARD_UPSTREAM_FIRST_BYTE_MS", "Upstream", kInteger, "120000", "Time to the first byte of an answer.", {}, 1, kMaxMs},
    {"SWITCHYARD_UPSTREAM_BETWEEN_BYTES_MS", "Upstream", kInteger, "90000", "Time between two bytes of an answer.", {}, 1, kMaxMs},
    {"SWITCHYARD_UPSTREAM_CONNECTIONS", "Upstream", kInteger, "4096", "Open connections to providers, all together.", {}, 1, 1'000'000},
    {"SWITCHYARD_UPSTREAM_IDLE_CONNECTIONS", "Upstream", kInteger, "64", "Idle connections kept for each provider and event loop.", {}, 0, 100'000},
    {"SWITCHYARD_UPSTREAM_IDLE_MS", "Upstream", kInteger, "55000", "How long they are kept.", {}, 1, kMaxMs},
    {"SWITCHYARD_DNS_MAX_AGE_MS", "Upstream", kInteger, "30000", "How long an address is kept.", {}, 0, kMaxMs},

    {"SWITCHYARD_LEDGER_FSYNC_MS", "Ledger", kInteger, "50", "Time between two fsyncs of the journal.", {}, 1, 60'000},
    {"SWITCHYARD_LEDGER_JOURNAL_BYTES", "Ledger", kInteger, "1073741824", "Journal that may wait while the database is unavailable.", {}, 1'048'576, 1e12},
};

}  // namespace

std::span<const Variable> variables() { return kVariables; }

}  // namespace switchyard::config
