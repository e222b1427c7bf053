// Compiles the built-in rules into Vectorscan databases. Runs while the program is built, and writes into its
// output folder: a database for each kind of CPU, and compiled_rules.cc, which holds them and the table of
// expressions.
//
// Most of a minute of work for hundreds of patterns: when the rules it compiled last time are those it is
// asked for, it only renews the times of its files.
#include <hs/hs_common.h>
#include <hs/hs_compile.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/expressions.h"
#include "detectors/rules/families.h"

namespace {

using namespace aegis::detectors;

struct Variant {
  const char* name;
  unsigned long long features;
};

// The best first; a program takes the first one that its CPU can run.
#if defined(__x86_64__)
constexpr Variant kVariants[] = {{"avx2", HS_CPU_FEATURES_AVX2}, {"generic", 0}};
#else
constexpr Variant kVariants[] = {{"generic", 0}};
#endif

// What stands for Vectorscan's "no bound".
constexpr unsigned kUnbounded = std::numeric_limits<unsigned>::max();

struct Sources {
  std::vector<Expression> expressions;
  std::vector<std::string> patterns;
  std::vector<unsigned> flags;
};

bool fail(std::string_view what, std::string_view why) {
  std::fprintf(stderr, "compile_rules: %.*s: %.*s\n", static_cast<int>(what.size()), what.data(),
               static_cast<int>(why.size()), why.data());
  return false;
}

// As PCRE2 is told to read the patterns (pattern.cc): on bytes, `.` without line breaks, `^` and `$` at the
// ends of the text. Look-around, back-references and atomic groups are beyond Vectorscan; in prefilter mode
// it finds a superset of their matches instead.
unsigned flags_of(const Rule& rule) { return HS_FLAG_PREFILTER | (rule.caseless ? HS_FLAG_CASELESS : 0U); }

bool add_pattern(Sources& to, std::uint16_t index, const Rule& rule) {
  hs_expr_info_t* info = nullptr;
  hs_compile_error_t* error = nullptr;
  if (hs_expression_info(rule.pattern.c_str(), flags_of(rule), &info, &error) != HS_SUCCESS) {
    fail(rule.id, error->message);
    hs_free_compile_error(error);
    return false;
  }
  const auto allowed = static_cast<std::uint32_t>(allowed_width(rule));
  const std::uint32_t longest = info->max_width == kUnbounded ? allowed : std::min(info->max_width, allowed);
  to.expressions.push_back({.rule = index, .shortest = info->min_width, .longest = longest});
  to.patterns.push_back(rule.pattern);
  to.flags.push_back(flags_of(rule));
  std::free(info);  // NOLINT(cppcoreguidelines-no-malloc): the library hands it out so
  return true;
}

std::string byte(char c) {
  char hex[8];
  std::snprintf(hex, sizeof hex, "\\x%02x", static_cast<unsigned char>(c));
  return hex;
}

// White space stands for any of its kind.
std::string literal(std::string_view text) {
  std::string pattern;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t run = 0;
    while (i + run < text.size() && is_blank(text[i + run])) ++run;
    if (run == 0) {
      pattern += byte(text[i++]);
      continue;
    }
    pattern += "[";
    for (const char c : kBlanks) pattern += byte(c);
    pattern += "]{" + std::to_string(run) + "," + std::to_string(run + kMoreBlanks) + "}";
    i += run;
  }
  return pattern;
}

void add_anchors(Sources& to, std::uint16_t index, const Rule& rule) {
  // Anchors of a rule often share a word, which is then looked for once.
  std::map<std::string, Expression> by_pattern;
  for (const std::string& anchor : rule.anchors) {
    const AnchorText found = text_to_find(anchor);
    const auto [at, is_new] =
        by_pattern.try_emplace(literal(found.text), Expression{.rule = index,
                                                               .anchor = true,
                                                               .shortest = found.shortest,
                                                               .longest = found.longest,
                                                               .beyond = found.beyond});
    Expression& expression = at->second;
    expression.shortest = std::min(expression.shortest, found.shortest);
    expression.longest = std::max(expression.longest, found.longest);
    expression.beyond = std::max(expression.beyond, found.beyond);
  }
  for (const auto& [pattern, expression] : by_pattern) {
    to.expressions.push_back(expression);
    to.patterns.push_back(pattern);
    to.flags.push_back(HS_FLAG_CASELESS);
  }
}

bool collect(const std::vector<Rule>& rules, Sources& sources) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const auto index = static_cast<std::uint16_t>(i);
    switch (route(rules[i])) {
      case Route::elsewhere: break;
      case Route::anchors: add_anchors(sources, index, rules[i]); break;
      case Route::pattern:
        if (!add_pattern(sources, index, rules[i])) return false;
        break;
    }
  }
  return true;
}

bool compile(const std::vector<Rule>& rules, const Sources& sources, const Variant& variant,
             const std::filesystem::path& file) {
  std::vector<const char*> patterns;
  std::vector<unsigned> ids;
  for (const std::string& pattern : sources.patterns) {
    ids.push_back(static_cast<unsigned>(patterns.size()));
    patterns.push_back(pattern.c_str());
  }
  hs_platform_info_t platform{};
  platform.cpu_features = variant.features;
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  if (hs_compile_multi(patterns.data(), sources.flags.data(), ids.data(), static_cast<unsigned>(ids.size()),
                       HS_MODE_BLOCK, &platform, &database, &error) != HS_SUCCESS) {
    const int at = error->expression;
    fail(at < 0 ? variant.name : rules[sources.expressions[static_cast<std::size_t>(at)].rule].id,
         error->message);
    hs_free_compile_error(error);
    return false;
  }
  char* bytes = nullptr;
  std::size_t size = 0;
  const hs_error_t rc = hs_serialize_database(database, &bytes, &size);
  hs_free_database(database);
  if (rc != HS_SUCCESS) return fail(variant.name, "cannot be serialised");
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out.write(bytes, static_cast<std::streamsize>(size));
  out.close();
  std::free(bytes);  // NOLINT(cppcoreguidelines-no-malloc): the library hands it out so
  return out.good() || fail(file.string(), "cannot be written");
}

std::string database_name(const Variant& variant) { return std::string("rules_") + variant.name + ".hsdb"; }

// The databases are taken in as they are: as an array of numbers they would keep the compiler busy for
// minutes.
std::string source(const Sources& sources, const std::string& digest, const std::filesystem::path& folder) {
  std::string out =
      "// Generated by detectors/compile/compile_rules.cc.\n"
      "#include \"detectors/compiled_rules.h\"\n\n"
      "#if defined(__APPLE__)\n#define SECTION \".const_data\\n\"\n#define SYMBOL \"_\"\n#else\n"
      "#define SECTION \".section .rodata\\n\"\n#define SYMBOL \"\"\n#endif\n\n";
  std::string declared;
  std::string listed;
  for (const Variant& variant : kVariants) {
    const std::string symbol = std::string("aegis_rules_") + variant.name;
    out += "asm(SECTION \".balign 64\\n\" SYMBOL \"" + symbol + ":\\n.incbin \\\"" +
           (folder / database_name(variant)).string() + "\\\"\\n\" SYMBOL \"" + symbol +
           "_end:\\n.byte 0\\n.text\\n\");\n";
    declared += "extern \"C\" const char " + symbol + "[];\nextern \"C\" const char " + symbol + "_end[];\n";
    listed += "      {\"" + std::string(variant.name) + "\", {" + symbol + ", static_cast<std::size_t>(" +
              symbol + "_end - " + symbol + ")}},\n";
  }
  out +=
      declared + "\nnamespace aegis::detectors {\nnamespace {\n\nconstexpr Expression kExpressions[] = {\n";
  for (const Expression& e : sources.expressions) {
    out += "    {" + std::to_string(e.rule) + ", " + (e.anchor ? "true" : "false") + ", " +
           std::to_string(e.shortest) + ", " + std::to_string(e.longest) + ", " + std::to_string(e.beyond) +
           "},\n";
  }
  return out + "};\n\n}  // namespace\n\nconst CompiledRules& compiled_rules() {\n" +
         "  static const CompiledDatabase databases[] = {\n" + listed + "  };\n" +
         "  static const CompiledRules compiled{\n      \"" + digest +
         "\", kExpressions, databases};\n  return compiled;\n}\n\n}  // namespace aegis::detectors\n";
}

// Raise it when the files come out differently for the same rules.
constexpr std::string_view kFormat = "3";

// All that the files depend on.
std::string stamp(const std::string& digest, const std::filesystem::path& folder) {
  return digest + " " + std::string(kFormat) + " " + hs_version() + " " + folder.string();
}

std::string read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

bool write(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  return out.good() || fail(file.string(), "cannot be written");
}

bool run(const std::filesystem::path& folder) {
  const std::vector<Rule> rules = builtin_rules();
  const std::string digest = rules_digest(rules);
  std::vector<std::filesystem::path> files = {folder / "compiled_rules.cc"};
  for (const Variant& variant : kVariants) files.push_back(folder / database_name(variant));

  const std::filesystem::path stamp_file = folder / "compiled_rules.stamp";
  const bool all_there =
      std::all_of(files.begin(), files.end(), [](const auto& f) { return std::filesystem::exists(f); });
  if (all_there && read(stamp_file) == stamp(digest, folder)) {
    for (const auto& file : files)
      std::filesystem::last_write_time(file, std::filesystem::file_time_type::clock::now());
    return true;
  }
  Sources sources;
  if (!collect(rules, sources)) return false;
  for (const Variant& variant : kVariants) {
    if (!compile(rules, sources, variant, folder / database_name(variant))) return false;
  }
  return write(files.front(), source(sources, digest, folder)) && write(stamp_file, stamp(digest, folder));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: compile_rules FOLDER\n", stderr);
    return 2;
  }
  return run(argv[1]) ? 0 : 1;
}
