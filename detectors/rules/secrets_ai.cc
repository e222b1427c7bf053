// Model providers and the services around them: formats as published in each provider's documentation of its
// keys.
#include <string>
#include <utility>
#include <vector>

#include "detectors/rules/families.h"
#include "detectors/rules/secret_formats.h"

namespace aegis::detectors {
namespace {

using secrets::assigned;
using secrets::prefixed;
using secrets::sample;
using secrets::Set;
using secrets::shaped;
using enum Severity;

// Base64 of "OpenAI": every key OpenAI issued carries it in the middle.
std::string openai_mark() { return std::string("T3Blbk") + "FJ"; }

std::vector<Rule> models() {
  const std::string classic = "sk-" + sample(Set::alnum, 20) + openai_mark() + sample(Set::alnum, 20, 2);
  const std::string project =
      "sk-proj-" + sample(Set::alnum, 74, 3) + openai_mark() + sample(Set::alnum, 74, 4);
  const std::string anthropic = sample(Set::alnum, 93, 5) + "AA";
  return {
      shaped(
          "openai-key", "openai_api_key", critical, 0.98,
          {.pattern =
               R"(sk-(?:(?:proj|svcacct|admin|None|service)-)?[A-Za-z0-9_\-]{16,100}T3BlbkFJ[A-Za-z0-9_\-]{16,100}(?![A-Za-z0-9_\-]))",
           .anchors = {"t3blbkfj"},
           .before = 120,
           .after = 104},
          {{"OPENAI_API_KEY=" + classic, "a user's key"},
           {"api_key=\"" + project + "\"", "a project's key"},
           {"Authorization: Bearer sk-admin-" + sample(Set::alnum, 58) + openai_mark() +
                sample(Set::alnum, 58, 2),
            "an admin key"}},
          {{"sk-" + sample(Set::alnum, 20) + openai_mark(), "cut off behind the mark"},
           {"task-" + sample(Set::alnum, 20) + openai_mark() + sample(Set::alnum, 20),
            "inside a longer word"},
           {"sk-" + std::string(20, 'x') + openai_mark() + std::string(20, 'x'), "a run of one character"}}),
      // Keys without the mark: old ones, copies in tests, and compatible providers that issue "sk-" keys.
      prefixed("openai-project-key", "openai_api_key", critical, 0.93,
               {"sk-proj-", "sk-svcacct-", "sk-admin-"}, {Set::url, 80, 200}),
      prefixed("openai-compatible-key", "openai_api_key", critical, 0.88, {"sk-"}, {Set::alnum, 48}),
      prefixed("llm-hex-key", "llm_api_key", critical, 0.88, {"sk-"}, {Set::hex, 32}),
      shaped("anthropic-key", "anthropic_api_key", critical, 0.99,
             {.pattern = R"(sk-ant-(?:api|admin|oat|ort|sid)\d\d-[A-Za-z0-9_\-]{78,118}AA(?![A-Za-z0-9_\-]))",
              .anchors = {"sk-ant-"},
              .after = 136},
             {{"ANTHROPIC_API_KEY=sk-ant-api03-" + anthropic, "a workspace key"},
              {"sk-ant-admin01-" + anthropic, "an admin key"},
              {"\"accessToken\":\"sk-ant-oat01-" + anthropic + "\"", "an OAuth token"}},
             {{"sk-ant-api03-" + anthropic.substr(0, 40), "cut short"},
              {"sk-ant-api03-" + std::string(93, 'x') + "AA", "a run of one character"},
              {"sk-ant-api03-" + anthropic.substr(0, 93) + "BB", "an end that no key has"},
              {"ask-ant-api03-" + anthropic, "inside a longer word"},
              {"sk-ant-api03-your-key-here", "a placeholder"}}),
      prefixed("huggingface-token", "huggingface_token", critical, 0.96, {"hf_", "api_org_"},
               {Set::letters, 34}),
      prefixed("replicate-token", "replicate_token", critical, 0.96, {"r8_"}, {Set::alnum, 37}),
      prefixed("groq-key", "groq_api_key", critical, 0.97, {"gsk_"}, {Set::alnum, 52}),
      prefixed("xai-key", "xai_api_key", critical, 0.97, {"xai-"}, {Set::alnum, 80}),
      prefixed("perplexity-key", "perplexity_api_key", critical, 0.97, {"pplx-"}, {Set::alnum, 48, 56}),
      prefixed("openrouter-key", "openrouter_api_key", critical, 0.98, {"sk-or-v1-"}, {Set::hex, 64}),
      prefixed("cerebras-key", "cerebras_api_key", critical, 0.96, {"csk-"}, {Set::lower, 48}),
      prefixed("nvidia-key", "nvidia_api_key", critical, 0.97, {"nvapi-"}, {Set::url, 60, 70}),
      prefixed("together-key", "together_api_key", critical, 0.96, {"tgp_v1_"}, {Set::url, 43}),
      prefixed("fireworks-key", "fireworks_api_key", critical, 0.93, {"fw_"}, {Set::alnum, 22, 24}),
      prefixed("anyscale-key", "anyscale_api_key", critical, 0.94, {"esecret_"}, {Set::lower, 26, 48}),
      prefixed("friendli-token", "friendli_token", critical, 0.93, {"flp_"}, {Set::alnum, 40, 48}),
      prefixed("vercel-ai-key", "vercel_ai_gateway_key", critical, 0.95, {"vck_"}, {Set::alnum, 56}),
      prefixed("elevenlabs-key", "elevenlabs_api_key", critical, 0.92, {"sk_"}, {Set::hex, 48}),
      assigned("cohere-key", "cohere_api_key", critical, 0.84, {"cohere", "co_api"}, {Set::alnum, 40}),
      assigned("mistral-key", "mistral_api_key", critical, 0.84, {"mistral"}, {Set::alnum, 32}),
      assigned("deepgram-key", "deepgram_api_key", critical, 0.84, {"deepgram"}, {Set::hex, 40}),
      assigned("assemblyai-key", "assemblyai_api_key", critical, 0.84, {"assemblyai", "assembly_ai"},
               {Set::hex, 32}),
      assigned("azure-openai-key", "azure_openai_key", critical, 0.84,
               {"azure_openai", "azure_ai", "azureopenai", "openai_azure", "cognitive"}, {Set::hex, 32}),
      assigned("zhipu-key", "zhipu_api_key", critical, 0.84, {"zhipu", "bigmodel", "zai_"}, {Set::hex, 32}),
      assigned("stability-key", "stability_api_key", critical, 0.84, {"stability"}, {Set::alnum, 48}, "sk-"),
      assigned("privateai-key", "privateai_api_key", high, 0.82, {"privateai", "private_ai", "private-ai"},
               {Set::lower, 32}),
      assigned("ai21-key", "ai21_api_key", critical, 0.83, {"ai21"}, {Set::alnum, 32}),
      assigned("runway-key", "runway_api_key", critical, 0.86, {"runway"}, {Set::hex, 128}, "key_"),
      assigned("luma-key", "luma_api_key", critical, 0.85, {"luma"}, {Set::uuid}, "luma-"),
      assigned("sambanova-key", "sambanova_api_key", critical, 0.84, {"sambanova"}, {Set::uuid}),
  };
}

std::vector<Rule> tooling() {
  const std::string langsmith = sample(Set::hex, 32) + "_" + sample(Set::hex, 10, 2);
  const std::string fal = sample(Set::uuid, 0) + ":" + sample(Set::hex, 32, 2);
  const std::string jina = "jina_" + sample(Set::hex, 32) + sample(Set::alnum, 28, 2);
  const std::string pinecone = "pcsk_" + sample(Set::alnum, 6) + "_" + sample(Set::alnum, 63, 2);
  return {
      shaped("langsmith-key", "langsmith_api_key", critical, 0.98,
             {.pattern = "lsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}(?![A-Za-z0-9_])",
              .anchors = {"lsv2_"},
              .after = 54},
             {{"LANGSMITH_API_KEY=lsv2_pt_" + langsmith, "a personal token"}},
             {{"lsv2_pt_" + langsmith.substr(0, 38), "cut short"},
              {"xlsv2_pt_" + langsmith, "inside a longer word"}}),
      prefixed("langsmith-old-key", "langsmith_api_key", critical, 0.93, {"ls__"}, {Set::hex, 32}),
      prefixed("langfuse-key", "langfuse_secret_key", critical, 0.97, {"sk-lf-"}, {Set::uuid}),
      shaped("pinecone-key", "pinecone_api_key", critical, 0.97,
             {.pattern = "pcsk_[A-Za-z0-9]{4,8}_[A-Za-z0-9]{50,70}(?![A-Za-z0-9_])",
              .anchors = {"pcsk_"},
              .after = 84},
             {{"PINECONE_API_KEY=" + pinecone, "an API key"}},
             {{pinecone.substr(0, 40), "cut short"}, {"x" + pinecone, "inside a longer word"}}),
      assigned("pinecone-old-key", "pinecone_api_key", critical, 0.84, {"pinecone"}, {Set::uuid}),
      assigned("wandb-key", "wandb_api_key", critical, 0.85, {"wandb", "weights_and_biases"}, {Set::hex, 40}),
      prefixed("wandb-prefixed-key", "wandb_api_key", critical, 0.95, {"wandb_v1_"}, {Set::word, 60, 90}),
      shaped("jina-key", "jina_api_key", critical, 0.97,
             {.pattern = "jina_[0-9a-f]{32}[A-Za-z0-9_\\-]{28}(?![A-Za-z0-9_\\-])",
              .anchors = {"jina_"},
              .after = 68},
             {{"JINA_API_KEY=" + jina, "an API key"}},
             {{jina.substr(0, 60), "cut short"}, {"x" + jina, "inside a longer word"}}),
      prefixed("tavily-key", "tavily_api_key", high, 0.95, {"tvly-dev-", "tvly-prod-", "tvly-"},
               {Set::alnum, 32}),
      prefixed("firecrawl-key", "firecrawl_api_key", high, 0.94, {"fc-"}, {Set::hex, 32}),
      assigned("voyage-key", "voyage_api_key", high, 0.9, {"voyage"}, {Set::url, 43}, "pa-"),
      prefixed("brave-search-key", "brave_search_api_key", high, 0.93, {"BSA"}, {Set::url, 28}),
      prefixed("e2b-key", "e2b_api_key", critical, 0.96, {"e2b_"}, {Set::hex, 40}),
      prefixed("runpod-key", "runpod_api_key", critical, 0.93, {"rpa_"}, {Set::alnum, 40, 48}),
      assigned("modal-token", "modal_token", critical, 0.88, {"modal"}, {Set::alnum, 22}, "as-"),
      prefixed("helicone-key", "helicone_api_key", high, 0.94, {"sk-helicone-"}, {Set::url, 28, 48}),
      prefixed("apify-token", "apify_token", critical, 0.97, {"apify_api_"}, {Set::alnum, 36}),
      prefixed("browserbase-key", "browserbase_api_key", high, 0.94, {"bb_live_"}, {Set::url, 27, 36}),
      prefixed("cursor-key", "cursor_api_key", critical, 0.93, {"key_"}, {Set::hex, 64}),
      prefixed("context7-key", "context7_api_key", high, 0.94, {"ctx7sk-"}, {Set::uuid}),
      prefixed("mem0-key", "mem0_api_key", high, 0.93, {"m0-"}, {Set::alnum, 40}),
      prefixed("smithery-key", "smithery_api_key", high, 0.93, {"smry_"}, {Set::url, 32, 64}),
      shaped(
          "fal-key", "fal_api_key", critical, 0.93,
          {.pattern =
               R"((?i:fal)_(?i:api_)?(?i:key)["']?\s{0,3}[=:]\s{0,3}["']?([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}:[0-9a-f]{32})(?![A-Za-z0-9_]))",
           .anchors = {"fal_key", "fal_api_key"},
           .after = 96,
           .bordered = false},
          {{"FAL_KEY=" + fal, "key id and key"}}, {{"FAL_KEY=" + sample(Set::uuid, 0), "the id alone"}}),
      assigned("exa-key", "exa_api_key", high, 0.84, {"exa_", "exa-"}, {Set::uuid}),
      assigned("serpapi-key", "serpapi_key", high, 0.84, {"serpapi", "serp_api"}, {Set::hex, 64}),
      assigned("comet-key", "comet_api_key", high, 0.82, {"comet"}, {Set::alnum, 25}),
      assigned("qdrant-key", "qdrant_api_key", critical, 0.82, {"qdrant"}, {Set::url, 54}),
      assigned("weaviate-key", "weaviate_api_key", critical, 0.82, {"weaviate"}, {Set::alnum, 36, 40}),
      assigned("kagi-key", "kagi_api_key", high, 0.82, {"kagi"}, {Set::url, 43}),
  };
}

}  // namespace

std::vector<Rule> secrets_ai() {
  std::vector<Rule> rules = models();
  for (Rule& rule : tooling()) rules.push_back(std::move(rule));
  return rules;
}

}  // namespace aegis::detectors
