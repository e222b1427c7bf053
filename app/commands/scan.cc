#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "app/commands/command.h"
#include "base/hash.h"
#include "base/json.h"
#include "detectors/detector.h"
#include "detectors/redact.h"
#include "detectors/summary.h"
#include "tools/finding_json.h"

namespace aegis::app {
namespace {

using detectors::Finding;
using detectors::RedactMode;

struct ScanFlags {
  std::string path = "-", mode = "scan";
  bool lines = false, json = false, explain = false;
};

struct Verdict {
  bool safe = false;
  bool complete = true;
  double injection_score = 0;
  std::vector<Finding> findings;
  std::optional<std::string> sanitized;  // for every mode but scan
};

Verdict judge(const detectors::Detector& detector, std::string_view text, const std::string& mode) {
  auto report = detector.scan(text);
  std::erase_if(report.findings,
                [](const Finding& finding) { return finding.confidence < detectors::kReported; });
  Verdict verdict;
  verdict.complete = report.complete;
  verdict.safe = report.complete && detectors::is_safe(report.findings);
  verdict.injection_score = detectors::injection_score(report.findings);
  if (mode == "redact") {
    detectors::Placeholders placeholders;
    verdict.sanitized = detectors::redact(text, report.findings, RedactMode::redact, &placeholders);
  }
  if (mode == "mask") verdict.sanitized = detectors::redact(text, report.findings, RedactMode::mask);
  if (mode == "remove") verdict.sanitized = detectors::redact(text, report.findings, RedactMode::remove);
  if (mode == "block") verdict.sanitized = verdict.safe ? std::string(text) : "";
  verdict.findings = std::move(report.findings);
  return verdict;
}

// Why a finding is one, and the entry of the configuration that would allow this value from now on. The value
// itself stays out of it: only its hash is written down.
struct Explanation {
  std::string because;
  Json allow;
};

Explanation explain(const detectors::Detector& detector, std::string_view text, const Finding& finding) {
  const detectors::Rule* rule = detector.rule(finding.rule);
  std::string because = "looks like " + std::string(finding.type);
  if (rule != nullptr && !rule->hits.empty()) because += ", as in: " + rule->hits.front().why;
  if (rule != nullptr && finding.confidence < rule->confidence) because += "; less sure here than usual";
  return {std::move(because),
          Json{{"rule", finding.rule},
               {"sha256", sha256_hex(text.substr(finding.start, finding.end - finding.start))},
               {"reason", "say why"}}};
}

Json verdict_json(const detectors::Detector* explaining, const Verdict& verdict, std::string_view text) {
  Json findings = Json::array();
  for (const Finding& finding : verdict.findings) {
    Json shown = tools::finding_json(finding);
    if (explaining != nullptr) {
      Explanation explanation = explain(*explaining, text, finding);
      shown["because"] = std::move(explanation.because);
      shown["allow"] = std::move(explanation.allow);
    }
    findings.push_back(std::move(shown));
  }
  Json out{{"safe", verdict.safe},
           {"injection_score", verdict.injection_score},
           {"findings", std::move(findings)}};
  if (verdict.sanitized) out["sanitized_text"] = *verdict.sanitized;
  if (!verdict.complete) out["incomplete"] = true;
  return out;
}

void print(const detectors::Detector* explaining, const Verdict& verdict, std::string_view text,
           const std::string& name) {
  if (verdict.sanitized) {
    std::cout << *verdict.sanitized;
    return;
  }
  for (const Finding& f : verdict.findings) {
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(f.start), '\n');
    // Where and what, never the text itself: a report must be safe to paste into a ticket.
    std::cout << printable(name) << ':' << line << ": " << detectors::name(f.severity) << ' '
              << detectors::name(f.kind) << ' ' << f.type << " (rule " << f.rule << ", confidence "
              << std::lround(f.confidence * 100) << " %, bytes " << f.start << '-' << f.end << ")\n";
    if (explaining == nullptr) continue;
    const Explanation explanation = explain(*explaining, text, f);
    std::cout << "    " << explanation.because
              << "\n    to allow it, add to /detection/allow: " << dump_json(explanation.allow) << '\n';
  }
  if (!verdict.complete) std::cout << printable(name) << ": not scanned to the end: a limit was reached\n";
  std::cout << (verdict.safe ? "safe\n" : "not safe\n");
}

Result<std::string> read_all(std::istream& input, const std::string& path) {
  std::string text{std::istreambuf_iterator<char>(input), {}};
  if (input.bad()) return unavailable("cannot read '" + path + "'");
  if (text.size() > kMaxMessageBytes) {
    return limit_reached("'" + path + "' has more than " + std::to_string(kMaxMessageBytes) +
                         " bytes; scan it in parts");
  }
  return text;
}

// Errors: not there, a folder.
Result<std::ifstream> open_input(const std::string& path) {
  std::error_code ignored;
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path, ignored)) return not_found("cannot read '" + path + "'");
  return file;
}

Result<std::string> read_input(const std::string& path) {
  if (path == "-") return read_all(std::cin, path);
  auto file = open_input(path);
  if (!file) return file.error();
  return read_all(*file, path);
}

int scan_lines(const detectors::Detector& detector, const ScanFlags& flags) {
  const std::string& path = flags.path;
  std::ifstream file;
  if (path != "-") {
    auto opened = open_input(path);
    if (!opened) return fail(opened.error());
    file = std::move(opened).value();
  }
  std::istream& input = path == "-" ? std::cin : file;
  bool all_safe = true;
  bool bad = false;
  std::size_t number = 0;
  for (std::string line; std::getline(input, line);) {
    ++number;
    const auto value = parse_json(line);
    std::string problem;
    if (!value)
      problem = value.error().message;
    else if (!value->is_object() || !value->contains("text") || !(*value)["text"].is_string())
      problem = "an object with a string \"text\" is wanted";
    if (!problem.empty()) {
      // A line out for every line in, so that the two files stay side by side.
      std::cout << dump_json(Json{{"error", "line " + std::to_string(number) + ": " + problem}}) << '\n';
      std::cerr << "error: line " << number << ": " << problem << '\n';
      bad = true;
      continue;
    }
    const auto& text = (*value)["text"].get_ref<const std::string&>();
    const auto verdict = judge(detector, text, flags.mode);
    all_safe &= verdict.safe;
    std::cout << dump_json(verdict_json(flags.explain ? &detector : nullptr, verdict, text)) << '\n';
  }
  return bad ? kBadInput : all_safe ? kOk : kNo;
}

int scan(const Settings& settings, const ScanFlags& flags) {
  const auto detector = settings.detection.detector();
  if (flags.lines) return scan_lines(*detector, flags);
  const auto text = read_input(flags.path);
  if (!text) return fail(text.error());
  const auto verdict = judge(*detector, *text, flags.mode);
  const auto* explaining = flags.explain ? detector.get() : nullptr;
  if (flags.json)
    std::cout << dump_json(verdict_json(explaining, verdict, *text)) << '\n';
  else
    print(explaining, verdict, *text, flags.path == "-" ? "stdin" : flags.path);
  return verdict.safe ? kOk : kNo;
}

}  // namespace

void add_scan(CLI::App* app, Invocation* invocation) {
  auto* command =
      app->add_subcommand("scan", "Look for personal data, secrets and prompt injection in one text");
  const auto flags = std::make_shared<ScanFlags>();
  command->add_option("FILE", flags->path, "The text; - or nothing for stdin");
  // --mode is the guard's mode elsewhere; here it says what to do with what was found.
  command
      ->add_option(
          "--mode", flags->mode,
          "scan: report. redact, mask, remove: print the text without it. block: print it only if safe")
      ->check(CLI::IsMember({"scan", "redact", "mask", "remove", "block"}))
      ->capture_default_str();
  command->add_flag("--jsonl", flags->lines,
                    "One JSON object {\"text\"} a line in, in order one result a line out");
  command->add_flag("--json", flags->json, "The result as JSON");
  command->add_flag("--explain", flags->explain, "Say for each finding why it is one, and how to allow it");
  command->footer("Example:\n  aegis-mcp scan --mode redact letter.txt\nExit code 0: safe, 1: not safe.");
  command->callback([=] { invocation->run = [=] { return scan(invocation->settings, *flags); }; });
}

}  // namespace aegis::app
