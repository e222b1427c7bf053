#include "detectors/detector.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace aegis::detectors {
namespace {

bool finds(const Scanner& scanner, const Rule& rule, const std::string& text) {
  const auto findings = scanner.scan(text).findings;
  return std::any_of(findings.begin(), findings.end(),
                     [&](const Finding& finding) { return finding.rule == rule.id; });
}

Result<void> check_own(const Scanner& own, const Scanner& builtin) {
  for (const Rule& rule : own.rules()) {
    for (const Rule& taken : builtin.rules()) {
      if (taken.id == rule.id) return invalid_input("the rule '" + rule.id + "': one that ships has this id");
    }
    if (!Pattern(rule.pattern, rule.caseless).valid())
      return invalid_input("the rule '" + rule.id + "': its pattern is no regular expression PCRE2 takes");
    for (std::size_t i = 0; i < rule.hits.size(); ++i) {
      if (!finds(own, rule, rule.hits[i].text)) {
        return invalid_input("the rule '" + rule.id + "': it does not find /hits/" + std::to_string(i) +
                             "; a match must hold one of its keywords");
      }
    }
    for (std::size_t i = 0; i < rule.misses.size(); ++i) {
      if (finds(own, rule, rule.misses[i].text))
        return invalid_input("the rule '" + rule.id + "': it finds /misses/" + std::to_string(i));
    }
  }
  return {};
}

}  // namespace

Result<std::shared_ptr<const Detector>> Detector::create(Options options) {
  std::shared_ptr<Detector> made(new Detector());
  made->builtin_ = Scanner::builtin();
  if (options.rules.size() > kMaxOwnRules)
    return limit_reached("there are more than " + std::to_string(kMaxOwnRules) + " rules");
  if (!options.rules.empty()) {
    auto own = Scanner::create(std::move(options.rules));
    if (!own) return own.error();
    made->own_ = std::move(*own);
    if (auto checked = check_own(*made->own_, *made->builtin_); !checked) return checked.error();
  }
  made->severities_ = std::move(options.severities);
  made->has_allowed_ = !options.allowed.empty();
  auto allowed = Allowlist::create(std::move(options.allowed));
  if (!allowed) return allowed.error();
  made->allowed_ = std::move(*allowed);
  return std::shared_ptr<const Detector>(std::move(made));
}

std::shared_ptr<const Detector> Detector::builtin() {
  // Without options there is nothing that could be wrong with them.
  static const std::shared_ptr<const Detector> instance = create({}).value();
  return instance;
}

ScanReport Detector::scan(std::string_view text, const Place& place) const {
  ScanReport report = builtin_->scan(text);
  if (own_ != nullptr) {
    ScanReport more = own_->scan(text);
    report.complete &= more.complete;
    report.findings.insert(report.findings.end(), more.findings.begin(), more.findings.end());
    std::sort(report.findings.begin(), report.findings.end(), [](const Finding& a, const Finding& b) {
      return std::tie(a.start, a.rule, a.end) < std::tie(b.start, b.rule, b.end);
    });
  }
  if (has_allowed_) {
    std::erase_if(report.findings,
                  [&](const Finding& finding) { return allowed_.allows(finding, text, place); });
  }
  if (!severities_.empty()) {
    for (Finding& finding : report.findings) {
      auto wanted = severities_.find(finding.rule);
      if (wanted == severities_.end()) wanted = severities_.find(finding.type);
      if (wanted != severities_.end()) finding.severity = wanted->second;
    }
  }
  return report;
}

std::size_t Detector::rules() const {
  return builtin_->rules().size() + (own_ == nullptr ? 0 : own_->rules().size());
}

const Rule* Detector::rule(std::string_view id) const {
  for (const Scanner* scanner : {builtin_.get(), own_.get()}) {
    if (scanner == nullptr) continue;
    for (const Rule& rule : scanner->rules()) {
      if (rule.id == id) return &rule;
    }
  }
  return nullptr;
}

}  // namespace aegis::detectors
