#include "bench/payload.h"

#include <array>
#include <cstdio>
#include <random>
#include <span>

namespace aegis::bench {
namespace {

// The standard fixes what this engine returns; it does not for its distributions, so none is used.
using Random = std::minstd_rand;

using Words = std::span<const std::string_view>;

std::string_view pick(Random& random, Words words) { return words[random() % words.size()]; }
unsigned below(Random& random, unsigned bound) { return static_cast<unsigned>(random() % bound); }

constexpr std::array<std::string_view, 40> kSubjects{
    "The release notes",  "Our second reviewer", "The garden behind the mill",
    "A short walk",       "The night train",     "Every new colleague",
    "The old map",        "This chapter",        "The weather station",
    "Her first novel",    "The committee",       "A careful reader",
    "The build server",   "The library",         "His workshop",
    "The survey",         "The ferry",           "A warm loaf",
    "The budget meeting", "The translation",     "Most of the village",
    "The orchestra",      "The upgrade guide",   "A longer answer",
    "The kitchen table",  "The harbour wall",    "The test machine",
    "Our neighbour",      "The spring market",   "The last paragraph",
    "A broken bicycle",   "The index",           "The museum",
    "The evening class",  "The proposal",        "The queue",
    "The lighthouse",     "The draft",           "The morning shift",
    "The archive"};
constexpr std::array<std::string_view, 32> kVerbs{
    "explains",        "takes longer than", "is kept beside", "was finished before",
    "describes",       "depends on",        "reminds us of",  "covers",
    "grew out of",     "looks better than", "is open after",  "belongs to",
    "comes with",      "leaves room for",   "was moved to",   "compares well with",
    "makes sense of",  "follows",           "arrived during", "avoids",
    "improves",        "was written for",   "points towards", "replaces",
    "rests on",        "opens onto",        "agrees with",    "waits for",
    "is shorter than", "returns to",        "changed after",  "adds to"};
constexpr std::array<std::string_view, 40> kObjects{"the summer holidays",
                                                    "a quiet street",
                                                    "the second edition",
                                                    "the usual procedure",
                                                    "the larger of two rooms",
                                                    "what was agreed",
                                                    "the river",
                                                    "a page of examples",
                                                    "the previous version",
                                                    "some fresh bread",
                                                    "the northern platform",
                                                    "the results of last year",
                                                    "an unexpected question",
                                                    "the community centre",
                                                    "a simple diagram",
                                                    "the working group",
                                                    "everybody's patience",
                                                    "the smaller files",
                                                    "the first snow",
                                                    "a list of open points",
                                                    "the rest of the week",
                                                    "an empty afternoon",
                                                    "the apple trees",
                                                    "the design we discussed",
                                                    "the shared folder",
                                                    "a good dictionary",
                                                    "the main road",
                                                    "the missing footnote",
                                                    "another cup of tea",
                                                    "the planning document",
                                                    "the choir practice",
                                                    "the original drawings",
                                                    "a friendlier tone",
                                                    "the slow connection",
                                                    "the wooden bridge",
                                                    "our own experience",
                                                    "the afternoon lecture",
                                                    "a spare battery",
                                                    "the error that we saw",
                                                    "the guest list"};
constexpr std::array<std::string_view, 12> kJoints{
    ", and ", ", but ",      "; still, ",      " because ", ", although ", ", which means that ",
    ", so ",  ". However, ", ". In practice ", ", while ",  " whenever ",  ". After that, "};
constexpr std::array<std::string_view, 24> kNames{
    "queue",   "batch",  "index",  "parser", "widget", "window", "report", "buffer",
    "session", "filter", "layout", "cursor", "record", "schema", "worker", "canvas",
    "digest",  "folder", "router", "sample", "vector", "render", "column", "branch"};
constexpr std::array<std::string_view, 8> kStates{"started", "finished", "retried", "skipped",
                                                  "queued",  "merged",   "loaded",  "flushed"};
constexpr std::array<std::string_view, 8> kTypes{"int",    "bool",    "double", "std::string",
                                                 "size_t", "Options", "Result", "auto"};

void english_sentence(Random& random, std::string* out) {
  *out += pick(random, kSubjects);
  *out += ' ';
  *out += pick(random, kVerbs);
  *out += ' ';
  *out += pick(random, kObjects);
  if (below(random, 2) == 0) {
    const auto joint = pick(random, kJoints);
    std::string subject(pick(random, kSubjects));
    subject[0] = static_cast<char>(subject[0] | 0x20);
    *out += joint;
    *out += subject;
    *out += ' ';
    *out += pick(random, kVerbs);
    *out += ' ';
    *out += pick(random, kObjects);
  }
  *out += below(random, 5) == 0 ? ".\n\n" : ". ";
}

void json_line(Random& random, std::string* out) {
  std::array<char, 256> line{};
  const auto name = pick(random, kNames);
  const auto state = pick(random, kStates);
  const auto message = pick(random, kObjects);
  const unsigned minute = below(random, 60), second = below(random, 60), millisecond = below(random, 1000);
  const int size = std::snprintf(
      line.data(), line.size(),
      R"({"time":"2026-03-%02uT%02u:%02u:%02u.%03uZ","level":"info","worker":"%.*s-%u","event":"%.*s","note":"%.*s","took_ms":%u.%u,"rows":%u,"ok":true})"
      "\n",
      1 + below(random, 28), below(random, 24), minute, second, millisecond, static_cast<int>(name.size()),
      name.data(), below(random, 16), static_cast<int>(state.size()), state.data(),
      static_cast<int>(message.size()), message.data(), below(random, 400), below(random, 10),
      below(random, 9000));
  out->append(line.data(), static_cast<std::size_t>(size));
}

void code_lines(Random& random, std::string* out) {
  const std::string name(pick(random, kNames)), other(pick(random, kNames)), state(pick(random, kStates));
  const std::string type(pick(random, kTypes));
  switch (below(random, 5)) {
    case 0:
      *out += "// " + std::string(pick(random, kSubjects)) + " " + std::string(pick(random, kVerbs)) +
              " the " + name + ".\n";
      break;
    case 1:
      *out += type + " " + state + "_" + name + "(const " + other + "_t& " + other +
              ", size_t count) {\n  if (count == 0) return {};\n";
      break;
    case 2:
      *out += "  for (size_t i = 0; i < " + name + ".size(); ++i) {\n    " + other + "[i] += " + name +
              "[i] * " + std::to_string(below(random, 100)) + ";\n  }\n";
      break;
    case 3:
      *out += "  const " + type + " " + other + " = " + name + "->" + state + "(\"" + other +
              ".txt\", kLimit);\n";
      break;
    default: *out += "  return " + name + " && !" + other + "." + state + "();\n}\n\n";
  }
}

template <class Append>
std::string filled(std::size_t bytes, unsigned seed, Append append) {
  Random random(seed * 2654435761U + 1);
  std::string text;
  text.reserve(bytes + 1024);
  while (text.size() < bytes) append(random, &text);
  text.resize(bytes);
  return text;
}

}  // namespace

std::string english(std::size_t bytes, unsigned seed) { return filled(bytes, seed, english_sentence); }
std::string json_logs(std::size_t bytes, unsigned seed) { return filled(bytes, seed, json_line); }
std::string source_code(std::size_t bytes, unsigned seed) { return filled(bytes, seed, code_lines); }

std::string mixture(std::size_t bytes, unsigned seed) {
  unsigned kind = seed;
  return filled(bytes, seed, [&kind](Random& random, std::string* out) {
    constexpr std::size_t kPart = 400;
    const std::size_t end = out->size() + kPart;
    const auto append = kind % 3 == 0 ? english_sentence : kind % 3 == 1 ? json_line : code_lines;
    while (out->size() < end) append(random, out);
    ++kind;
  });
}

std::string json_escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\t': out += "\\t"; break;
      default: out += c;
    }
  }
  return out;
}

}  // namespace aegis::bench
