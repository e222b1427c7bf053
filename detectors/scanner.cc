#include "detectors/scanner.h"

#include <algorithm>
#include <deque>
#include <limits>
#include <mutex>
#include <unordered_set>
#include <utility>

#include "detectors/confirm.h"
#include "detectors/expressions.h"
#include "detectors/first_pass.h"
#include "detectors/rules/families.h"

namespace aegis::detectors {
namespace {

Windows& windows_of_thread() {
  thread_local Windows windows;
  return windows;
}

// Bytes of `text` without white space at its ends.
std::size_t trimmed_size(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kWhiteSpace);
  return first == std::string_view::npos ? 0 : text.find_last_not_of(kWhiteSpace) - first + 1;
}

// From a match's start to the end of what its look-ahead may see. A match contains an anchor within `before`,
// and ends within `after` of that.
std::size_t reach(const Rule& rule) {
  if (rule.anchor != Anchor::literal) return std::numeric_limits<std::size_t>::max();
  return allowed_width(rule) + kLookahead;
}

}  // namespace

struct Scanner::Impl {
  explicit Impl(std::vector<Rule> from) : rules(std::move(from)) {
    for (const Rule& rule : rules) {
      if (rule.anchor == Anchor::whole) whole_rules.push_back(static_cast<std::uint16_t>(confirmers.size()));
      confirmers.emplace_back(rule, reach(rule));
    }
  }

  // Rules about whole texts, whose patterns can match at the start only.
  void find_whole(std::string_view text, Windows& windows) const {
    if (text.size() > kWholeText || text.find_first_of("0123456789") == std::string_view::npos) return;
    const std::size_t length = trimmed_size(text);
    for (const std::uint16_t rule : whole_rules) {
      if (length >= rules[rule].min_length && length <= rules[rule].max_length)
        windows.add(rule, {.first = 0, .last = 0, .end = text.size()});
    }
  }

  // Made when it is first needed: where the database is used, that is never.
  const AnchorPass& anchors() const {
    std::call_once(anchors_once, [this] { anchor_pass = std::make_unique<AnchorPass>(rules); });
    return *anchor_pass;
  }

  std::vector<Rule> rules;
  std::deque<Confirmer> confirmers;  // by rule; a deque, because a Pattern cannot move
  std::vector<std::uint16_t> whole_rules;
  std::unique_ptr<FirstPass> database;
  std::string why_no_database;
  mutable std::once_flag anchors_once;
  mutable std::unique_ptr<AnchorPass> anchor_pass;
};

Result<std::shared_ptr<const Scanner>> Scanner::create(std::vector<Rule> rules) {
  if (rules.size() > std::numeric_limits<std::uint16_t>::max())
    return limit_reached("too many detection rules");
  std::unordered_set<std::string_view> ids;
  std::size_t total = 0;
  for (const Rule& rule : rules) {
    if (!ids.insert(rule.id).second) return invalid_input("two detection rules are called " + rule.id);
    if (rule.anchor == Anchor::digits) {
      if (rule.min_digits == 0) return invalid_input("detection rule " + rule.id + " has no anchor");
      continue;
    }
    if (rule.anchor == Anchor::lines) {
      if (rule.min_lines == 0) return invalid_input("detection rule " + rule.id + " has no anchor");
      continue;
    }
    if (rule.anchor == Anchor::whole) continue;
    if (rule.anchors.empty()) return invalid_input("detection rule " + rule.id + " has no anchor");
    for (const std::string& anchor : rule.anchors) {
      const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
      if (std::all_of(anchor.begin(), anchor.end(), is_blank) ||
          std::any_of(anchor.begin(), anchor.end(), upper)) {
        return invalid_input("an anchor of detection rule " + rule.id + " is blank or not in lower case");
      }
      total += anchor.size();
    }
  }
  if (total > LiteralFinder::kMaxTotalLength)
    return limit_reached("the anchors of the detection rules are too long");
  return std::shared_ptr<const Scanner>(new Scanner(std::make_unique<Impl>(std::move(rules))));
}

std::shared_ptr<const Scanner> Scanner::builtin() {
  static const std::shared_ptr<const Scanner> instance = [] {
    auto impl = std::make_unique<Impl>(builtin_rules());
    impl->database = database_pass(impl->rules, impl->why_no_database);
    return std::shared_ptr<const Scanner>(new Scanner(std::move(impl)));
  }();
  return instance;
}

Scanner::Scanner(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Scanner::~Scanner() = default;

const std::vector<Rule>& Scanner::rules() const { return impl_->rules; }

std::string Scanner::engine() const {
  if (impl_->database != nullptr) return impl_->database->name();
  std::string engine = impl_->anchors().name();
  if (!impl_->why_no_database.empty()) engine += " (" + impl_->why_no_database + ")";
  return engine;
}

ScanReport Scanner::scan(std::string_view text) const {
  Windows& windows = windows_of_thread();
  windows.begin(impl_->rules.size());
  if (impl_->database == nullptr || !impl_->database->find(text, windows)) {
    impl_->anchors().find(text, windows);
  }
  impl_->find_whole(text, windows);
  return confirm(impl_->rules, impl_->confirmers, text, windows);
}

}  // namespace aegis::detectors
