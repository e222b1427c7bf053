#include "detectors/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace aegis::detectors {
namespace {

// The interpreter counts steps over a whole call, the JIT per start position; a call tries up to a thousand
// starts.
constexpr std::uint32_t kInterpreterFactor = 50;

// PCRE2's default of 32 KiB is too small for alternations in a 600-byte gap; the memory is only reserved
// until used.
constexpr std::size_t kJitStackStart = std::size_t{32} * 1024;
constexpr std::size_t kJitStackMax = std::size_t{512} * 1024;

// Groups 0 and 1 are all that is asked for.
constexpr std::uint32_t kPairs = 2;

struct MatchState {
  pcre2_match_data* data = pcre2_match_data_create(kPairs, nullptr);
  pcre2_match_context* context = pcre2_match_context_create(nullptr);
  pcre2_jit_stack* stack = pcre2_jit_stack_create(kJitStackStart, kJitStackMax, nullptr);

  MatchState() {
    if (context == nullptr) return;
    pcre2_set_depth_limit(context, kDepthLimit);
    pcre2_jit_stack_assign(context, nullptr, stack);
  }
  MatchState(const MatchState&) = delete;
  MatchState& operator=(const MatchState&) = delete;
  ~MatchState() {
    pcre2_match_data_free(data);
    pcre2_match_context_free(context);
    pcre2_jit_stack_free(stack);
  }
};

MatchState& match_state() {
  thread_local MatchState state;
  return state;
}

}  // namespace

void Pattern::FreeCode::operator()(void* code) const { pcre2_code_free(static_cast<pcre2_code*>(code)); }

void Pattern::compile() const {
  std::call_once(once_, [this] {
    int error = 0;
    PCRE2_SIZE where = 0;
    const std::uint32_t options =
        PCRE2_NEVER_UTF | PCRE2_USE_OFFSET_LIMIT | PCRE2_DOLLAR_ENDONLY | (caseless_ ? PCRE2_CASELESS : 0U);
    pcre2_code* code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(source_.data()), source_.size(), options,
                                     &error, &where, nullptr);
    code_.reset(code);
    jit_ = code != nullptr && pcre2_jit_compile(code, PCRE2_JIT_COMPLETE) == 0;
  });
}

bool Pattern::valid() const {
  compile();
  return code_ != nullptr;
}

Pattern::Outcome Pattern::find(std::string_view text, std::size_t from, std::size_t last_start,
                               std::size_t end, Found& found, std::uint32_t steps) const {
  compile();
  MatchState& state = match_state();
  const auto* code = static_cast<const pcre2_code*>(code_.get());
  if (code == nullptr || state.data == nullptr || state.context == nullptr) return Outcome::limit;

  pcre2_set_offset_limit(state.context, last_start);
  pcre2_set_match_limit(state.context, jit_ ? steps : kInterpreterFactor * steps);
  const auto* subject = reinterpret_cast<PCRE2_SPTR>(text.data());
  const std::uint32_t options = end == text.size() ? 0U : PCRE2_NOTEOL;
  // The short cut past pcre2_match()'s argument checks is worth 30 ns, as much as a typical failing match.
  const int rc = jit_ ? pcre2_jit_match(code, subject, end, from, options, state.data, state.context)
                      : pcre2_match(code, subject, end, from, options, state.data, state.context);
  if (rc == PCRE2_ERROR_NOMATCH) return Outcome::none;
  if (rc < 0) return Outcome::limit;

  const PCRE2_SIZE* pairs = pcre2_get_ovector_pointer(state.data);
  const bool group = rc != 1 && pairs[2] != PCRE2_UNSET;
  found.match_start = pairs[0];
  found.start = group ? pairs[2] : pairs[0];
  found.end = group ? pairs[3] : pairs[1];
  return Outcome::found;
}

}  // namespace aegis::detectors
