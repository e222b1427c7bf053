#include "detectors/learned.h"

#include <algorithm>
#include <span>
#include <string>

#include "detectors/quotations.h"
#include "detectors/redact.h"
#include "detectors/rules/injection_context.h"

namespace aegis::detectors {
namespace {

// At least `count` words, as blanks divide them.
bool has_words(std::string_view text, std::size_t count) {
  std::size_t words = 0;
  bool inside = false;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    words += !blank && !inside ? 1 : 0;
    inside = !blank;
    if (words == count) return true;
  }
  // Scripts without blanks: a dozen characters of three bytes say as much as four words.
  return text.size() >= 3 * count && std::count_if(text.begin(), text.end(), [](char c) {
                                       return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
                                     }) >= static_cast<std::ptrdiff_t>(3 * count);
}

// Windows overlap: those that touch are one finding, as sure as the surest of them. `from`: where `text`
// begins in the text that is scanned.
void add_fired(const Classifier& classifier, std::string_view text, std::size_t from,
               std::vector<Finding>* findings) {
  if (!has_words(text, kLearnedWords)) return;
  const std::size_t first = findings->size();
  for (const auto& window : classifier.fired(text)) {
    const double confidence = classifier.confidence(window.logit);
    if (findings->size() > first && from + window.start <= findings->back().end) {
      findings->back().end = std::max(findings->back().end, from + window.end);
      findings->back().confidence = std::max(findings->back().confidence, confidence);
    } else {
      findings->push_back({kLearnedRule, Kind::injection, kLearnedType, Severity::high, confidence,
                           from + window.start, from + window.end});
    }
  }
}

// What fires only because of what it quotes is talked about, not said. Where there is little but the
// quotation, as in a message that is one, it counts as said.
void lower_quoted(const Classifier& classifier, std::string_view text, std::span<Finding> findings) {
  const std::string prose = without_quotations(text);
  if (prose == text || !has_words(prose, kProseWords)) return;
  const auto still = classifier.fired(prose);
  for (Finding& finding : findings) {
    const bool said = std::any_of(still.begin(), still.end(), [&](const Classifier::Window& window) {
      return window.start < finding.end && finding.start < window.end;
    });
    if (!said) finding.confidence = std::min(finding.confidence, kDiscussed);
  }
}

bool is_suspected(const Finding& finding) {
  return finding.kind == Kind::injection && finding.confidence > kDiscussed && finding.confidence < kCertain;
}

// Of two independent witnesses, where every other text is an attack.
double together(double a, double b) { return a * b / (a * b + (1 - a) * (1 - b)); }

}  // namespace

void add_learned(const Classifier& classifier, std::string_view text, std::vector<Finding>* findings) {
  // A window may hold honest text beside an attack. Where paragraphs of it fire by themselves, they are what
  // was found; else all of it is.
  const std::size_t first = findings->size();
  std::vector<Finding> whole;
  add_fired(classifier, text, 0, &whole);
  for (const Finding& passage : whole) {
    const std::size_t before = findings->size();
    for (std::size_t begin = passage.start; begin < passage.end;) {
      // Not past the passage: a text of many passages would be searched to its end for each of them.
      const std::size_t end = std::min(text.substr(0, passage.end).find("\n\n", begin), passage.end);
      add_fired(classifier, text.substr(begin, end - begin), begin, findings);
      begin = end + 2;
    }
    if (findings->size() == before) findings->push_back(passage);
  }
  if (findings->size() > first) lower_quoted(classifier, text, std::span(*findings).subspan(first));
}

void drop_explained(std::vector<Finding>* findings) {
  std::vector<Span> certain;
  for (const Finding& finding : *findings) {
    if (finding.kind == Kind::injection && finding.rule != kLearnedRule && finding.confidence >= kCertain)
      certain.push_back({finding.start, finding.end});
  }
  if (certain.empty()) return;
  std::erase_if(*findings, [&](const Finding& finding) {
    return finding.rule == kLearnedRule && std::any_of(certain.begin(), certain.end(), [&](const Span& span) {
             return span.start < finding.end && finding.start < span.end;
           });
  });
}

void raise_suspected(const Classifier& classifier, std::string_view text, std::vector<Finding>* findings) {
  if (std::none_of(findings->begin(), findings->end(), is_suspected)) return;
  const auto windows = classifier.windows(text);  // both their starts and their ends ascend
  for (Finding& finding : *findings) {
    if (!is_suspected(finding)) continue;
    double likeliest = 0;
    for (auto window =
             std::partition_point(windows.begin(), windows.end(),
                                  [&](const Classifier::Window& one) { return one.end <= finding.start; });
         window != windows.end() && window->start < finding.end; ++window)
      likeliest = std::max(likeliest, classifier.confidence(window->logit));
    if (likeliest > 0.5) finding.confidence = together(finding.confidence, likeliest);
  }
}

}  // namespace aegis::detectors
