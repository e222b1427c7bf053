#include "detectors/detector.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

#include "detectors/items.h"
#include "detectors/learned.h"
#include "detectors/views.h"

namespace aegis::detectors {
namespace {

bool finds(const Scanner& scanner, const Rule& rule, const std::string& text) {
  const auto findings = scanner.scan(text).findings;
  return std::any_of(findings.begin(), findings.end(),
                     [&](const Finding& finding) { return finding.rule == rule.id; });
}

bool by_place(const Finding& a, const Finding& b) {
  return std::tie(a.start, a.rule, a.end) < std::tie(b.start, b.rule, b.end);
}

// A number or a name made by guessing (a letter for a digit, a shifted alphabet) is nobody's.
bool may_be_found_in(const View& view, Kind kind) {
  const bool guessed =
      view.kinds.has(ViewKind::leet) || view.kinds.has(ViewKind::rot13) || view.kinds.has(ViewKind::spacing);
  return !guessed || kind == Kind::injection || kind == Kind::tool_poisoning;
}

// Where each rule found something: in the text itself, or in a view nearer to it.
class Known {
 public:
  explicit Known(const std::vector<Finding>& findings) {
    for (const Finding& finding : findings) add(finding);
  }
  // False: the rule found something there already.
  bool add(const Finding& finding) {
    auto& places = by_rule_[finding.rule];  // start → end, disjoint but for what a rule itself found twice
    const auto next = places.lower_bound(finding.end);
    if (next != places.begin() && std::prev(next)->second > finding.start) return false;
    places.emplace(finding.start, finding.end);
    return true;
  }

 private:
  std::map<std::string_view, std::map<std::size_t, std::size_t>> by_rule_;
};

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

void Detector::scan_plain(std::string_view text, const Classifier* classifier, ScanReport* report) const {
  for (const Scanner* scanner : {builtin_.get(), own_.get()}) {
    if (scanner == nullptr) continue;
    ScanReport found = scanner->scan(text);
    report->complete &= found.complete;
    report->findings.insert(report->findings.end(), found.findings.begin(), found.findings.end());
  }
  if (classifier != nullptr) {
    raise_suspected(*classifier, text, &report->findings);
    add_learned(*classifier, text, &report->findings);
  }
}

ScanReport Detector::scan(std::string_view text, const Place& place) const {
  // Read when it is first needed: a guard never does.
  return scan_all(text, place, Classifier::builtin().get());
}

ScanReport Detector::scan_by_rules(std::string_view text, const Place& place) const {
  return scan_all(text, place, nullptr);
}

ScanReport Detector::scan_all(std::string_view text, const Place& place, const Classifier* classifier) const {
  ScanReport report;
  scan_plain(text, classifier, &report);
  if (const auto items = items_of(text); !items.empty()) {
    Known known(report.findings);
    for (const std::string_view item : items) {
      ScanReport seen;
      scan_plain(item, nullptr, &seen);
      report.complete &= seen.complete;
      const auto from = static_cast<std::size_t>(item.data() - text.data());
      for (Finding& finding : seen.findings) {
        // A single number is all that an item is; what else it may look like, the whole text shows better.
        if (finding.kind != Kind::pii) continue;
        finding.start += from;
        finding.end += from;
        if (known.add(finding)) report.findings.push_back(finding);
      }
    }
  }
  if (needs_views(text)) {
    const Views views = views_of(text);
    report.complete &= views.complete;
    Known known(report.findings);
    for (const View& view : views.views) {
      ScanReport seen;
      scan_plain(view.text, classifier, &seen);
      report.complete &= seen.complete;
      for (Finding& finding : seen.findings) {
        if (!may_be_found_in(view, finding.kind)) continue;
        const auto range = view.map.original(finding.start, finding.end);
        finding.start = range.start;
        finding.end = range.end;
        if (known.add(finding)) report.findings.push_back(finding);
      }
    }
  }
  drop_explained(&report.findings);
  std::sort(report.findings.begin(), report.findings.end(), by_place);
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
