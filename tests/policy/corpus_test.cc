// The conformance tests of the reference implementation: every policy is found valid or not, and every
// request agrees on decision, reasons and errors. The archives lie beside the repository, not in it; without
// them nothing is shown, and that is said.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "base/json.h"
#include "policy/policy_json.h"
#include "policy/printer.h"
#include "policy/schema.h"
#include "policy/validator.h"
#include "tests/policy/support.h"

namespace aegis::policy {
namespace {

namespace fs = std::filesystem;

fs::path archives() {
  const char* corpora = std::getenv("AEGIS_CORPORA");
  return (corpora != nullptr ? fs::path(corpora) : fs::path(AEGIS_SOURCE_DIR) / ".." / "shared" / "corpora") /
         "cedar";
}

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The archive's files in the build folder, unpacked on the first run.
fs::path unpacked(const std::string& name) {
  const fs::path archive = archives() / (name + ".tar.xz");
  const fs::path folder = fs::path(AEGIS_BUILD_DIR) / "corpora" / "cedar" / name;
  const fs::path stamp = folder / ".unpacked";
  if (!fs::exists(archive)) return {};
  if (!fs::exists(stamp)) {
    fs::create_directories(folder);
    const std::string command = "tar -xJf '" + archive.string() + "' -C '" + folder.string() + "'";
    if (std::system(command.c_str()) != 0) return {};
    std::ofstream(stamp) << "\n";
  }
  return folder;
}

EntityUid uid(const Json& json, Arena& arena) {
  return arena.copy(entity_uid(json["type"].get<std::string>(), json["id"].get<std::string>()));
}

std::string expected(const Json& request) {
  std::string out = request["decision"] == "allow" ? "allow" : "deny";
  const auto ids = [&request](const char* member) {
    std::set<std::string> sorted;
    for (const Json& id : request[member]) sorted.insert(id.get<std::string>());
    return sorted;
  };
  for (const std::string& id : ids("reason")) out += " " + id;
  std::string separator = " | ";
  for (const std::string& id : ids("errors")) {
    out += separator + id;
    separator = " ";
  }
  return out;
}

struct Counts {
  int tests = 0;
  int requests = 0;
};

// Text, JSON and text again are one policy.
void expect_round_trip(const PolicySet& policies, const std::string& name) {
  for (const Policy& policy : policies.policies()) {
    const Result<PolicySet> again = PolicySet::parse(to_text(policy));
    ASSERT_TRUE(again) << name << ": " << again.error().message << "\n" << to_text(policy);
    const std::string json = dump_json(to_json(policy));
    EXPECT_EQ(dump_json(to_json(again->policies()[0])), json) << name;
    PolicySetBuilder builder;
    const auto added = builder.add_policy_json("a", json);
    ASSERT_TRUE(added) << name << ": " << added.error().message;
    EXPECT_EQ(dump_json(to_json(builder.build().policies()[0])), json) << name;
  }
}

void run_test(const fs::path& root, const fs::path& file, Forms forms, Counts& counts) {
  const Result<Json> test = parse_json(read(file));
  ASSERT_TRUE(test) << file;
  const Result<PolicySet> policies = PolicySet::parse(read(root / (*test)["policies"].get<std::string>()));
  ASSERT_TRUE(policies) << file << ": " << policies.error().message;
  const Result<Entities> entities =
      Entities::parse(read(root / (*test)["entities"].get<std::string>()), forms);
  ASSERT_TRUE(entities) << file << ": " << entities.error().message;
  expect_round_trip(*policies, file.filename().string());
  const Result<Schema> schema = Schema::parse(read(root / (*test)["schema"].get<std::string>()));
  ASSERT_TRUE(schema) << file << ": " << schema.error().message;
  std::string refused;
  for (const Finding& finding : validate(*policies, *schema)) {
    // The corpus is of a version that called it an error.
    if (finding.kind != Finding::Kind::impossible) refused += finding.message + "\n";
  }
  EXPECT_EQ(refused.empty(), (*test)["shouldValidate"].get<bool>()) << file << ": " << refused;
  ++counts.tests;
  for (const Json& request : (*test)["requests"]) {
    Arena arena;
    const Result<Value> context = context_from_json(dump_json(request["context"]), arena);
    ASSERT_TRUE(context) << file << ": " << context.error().message;
    const Response response = authorize(*policies, *entities,
                                        {uid(request["principal"], arena), uid(request["action"], arena),
                                         uid(request["resource"], arena), *context});
    EXPECT_EQ(describe(response), expected(request)) << file << ", " << request["description"];
    ++counts.requests;
  }
}

void run_archive(const std::string& name, const std::string& folder, Forms forms, Counts least) {
  const fs::path root = unpacked(name);
  if (root.empty())
    GTEST_SKIP() << "no " << name << ".tar.xz in " << archives() << "; nothing was shown about conformance";
  Counts counts;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / folder)) {
    const std::string file = entry.path().filename().string();
    if (!file.ends_with(".json") || file.ends_with(".entities.json")) continue;
    run_test(root, entry.path(), forms, counts);
    if (::testing::Test::HasFatalFailure()) return;
  }
  EXPECT_GE(counts.tests, least.tests);
  EXPECT_GE(counts.requests, least.requests);
}

// Their entities lean on the schema: {"type": …, "id": …} is an entity there.
TEST(CedarCorpus, HandWrittenTestsAgree) {
  run_archive("handwritten-tests", "tests", Forms::implied, {22, 74});
}

TEST(CedarCorpus, GeneratedTestsAgree) {
  run_archive("corpus-tests", "corpus-tests", Forms::escaped, {5884, 46998});
}

}  // namespace
}  // namespace aegis::policy
