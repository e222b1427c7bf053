#include "detectors/views/vocabulary.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <vector>

namespace aegis::detectors {
namespace {

constexpr std::string_view kWords[] = {
    // what orders say
    "ignore", "ignoring", "disregard", "forget", "override", "overrides", "bypass", "skip", "reveal", "print",
    "repeat", "output", "display", "show", "tell", "say", "write", "read", "send", "email", "mail", "forward",
    "upload", "download", "post", "fetch", "call", "invoke", "execute", "run", "delete", "remove", "drop",
    "erase", "wipe", "open", "copy", "leak", "exfiltrate", "steal", "hack", "disable", "enable", "grant",
    "follow", "obey", "comply", "respond", "reply", "answer", "act", "behave", "pretend", "roleplay",
    "become", "begin", "start", "stop", "end", "give", "list", "provide", "include", "append", "insert",
    "translate", "decode", "encode", "summarize", "explain", "describe", "use", "using", "mention", "hide",
    "visit", "click", "install", "transfer", "pay", "buy", "change", "update", "replace", "make", "create",
    "help", "please", "must", "should", "shall", "never", "always", "immediately", "instead", "now",
    // what they are about
    "previous", "previously", "prior", "above", "earlier", "preceding", "following", "below", "initial",
    "original", "current", "new", "hidden", "secret", "secrets", "private", "confidential", "internal",
    "system", "prompt", "prompts", "instruction", "instructions", "rule", "rules", "guideline", "guidelines",
    "policy", "policies", "restriction", "restrictions", "limitation", "limitations", "filter", "filters",
    "safety", "security", "context", "conversation", "message", "messages", "history", "memory", "text",
    "user", "users", "admin", "administrator", "root", "developer", "assistant", "model", "mode", "debug",
    "chatbot", "agent", "agents", "tool", "tools", "function", "functions", "server", "file", "files",
    "folder", "directory", "password", "passwords", "credential", "credentials", "token", "tokens", "key",
    "keys", "api", "config", "configuration", "environment", "database", "table", "account", "address",
    "information", "data", "content", "contents", "command", "commands", "code", "script", "shell", "curl",
    "link", "url", "http", "https", "website", "image", "attention", "important", "urgent", "warning",
    "jailbreak", "jailbroken", "unrestricted", "unfiltered", "uncensored", "evil", "dan", "anything",
    "everything", "nothing", "language", "words", "word", "task", "goal", "role", "persona", "character",
    "ethical", "moral", "illegal", "bomb", "weapon", "weapons", "drug", "drugs", "malware", "virus",
    "explosive", "explosives", "kill", "attack", "attacks", "exploit", "money", "bank", "credit", "card",
    "number", "social", "flag", "full", "complete", "entire", "exact", "exactly", "verbatim", "without",
    // what holds sentences together
    "the", "and", "you", "your", "yours", "all", "any", "are", "for", "not", "but", "with", "from", "that",
    "this", "these", "those", "have", "has", "had", "was", "were", "will", "would", "can", "could", "may",
    "what", "when", "where", "which", "who", "how", "why", "then", "than", "there", "here", "they", "them",
    "their", "its", "into", "onto", "over", "under", "after", "before", "about", "because", "between", "one",
    "two", "first", "last", "next", "other", "every", "each", "only", "also", "just", "very", "out", "our",
    "his", "her", "she", "him", "get", "got", "let", "like", "know", "think", "want", "need", "see", "been",
    "being", "does", "did", "doing", "done", "more", "most", "some", "such", "same", "own", "too", "yes",
    "no", "is", "it", "in", "of", "to", "on", "at", "as", "an", "be", "by", "or", "if", "so", "do", "my",
    "me", "we", "us", "up", "go", "am", "he", "a", "i"};

constexpr std::size_t kSlots = 1024;  // a power of two, at least twice as many as there are words
constexpr std::uint16_t kFree = std::numeric_limits<std::uint16_t>::max();
static_assert(std::size(kWords) * 2 <= kSlots);

constexpr std::uint32_t hash(std::string_view word) {
  std::uint32_t value = 2166136261U;  // FNV-1a
  for (const char c : word) value = (value ^ static_cast<unsigned char>(c)) * 16777619U;
  return (value ^ (value >> 15U)) & (kSlots - 1);
}

constexpr std::array<std::uint16_t, kSlots> make_table() {
  std::array<std::uint16_t, kSlots> table{};
  for (std::uint16_t& slot : table) slot = kFree;
  for (std::size_t i = 0; i < std::size(kWords); ++i) {
    std::uint32_t at = hash(kWords[i]);
    while (table[at] != kFree) at = (at + 1) & (kSlots - 1);
    table[at] = static_cast<std::uint16_t>(i);
  }
  return table;
}

constexpr std::array<std::uint16_t, kSlots> kTable = make_table();

// For each first letter the second letters that occur, a bit each.
constexpr std::array<std::uint32_t, 26> make_beginnings() {
  std::array<std::uint32_t, 26> beginnings{};
  for (const std::string_view word : kWords) {
    if (word.size() > 1)
      beginnings[static_cast<std::size_t>(word[0] - 'a')] |= 1U << static_cast<unsigned>(word[1] - 'a');
  }
  return beginnings;
}

constexpr std::array<std::uint32_t, 26> kBeginnings = make_beginnings();

}  // namespace

bool begins_word(char first, char second) {
  if (first < 'a' || first > 'z' || second < 'a' || second > 'z') return false;
  return (kBeginnings[static_cast<std::size_t>(first - 'a')] >> static_cast<unsigned>(second - 'a') & 1U) !=
         0;
}

bool in_vocabulary(std::string_view word) {
  if (word.empty() || word.size() > kLongestWord) return false;
  if (word.size() > 1 && !begins_word(word[0], word[1])) return false;
  for (std::uint32_t at = hash(word); kTable[at] != kFree; at = (at + 1) & (kSlots - 1)) {
    if (kWords[kTable[at]] == word) return true;
  }
  return false;
}

std::string segmented(std::string_view letters) {
  constexpr std::uint32_t kUnknown = 3;  // what a letter of no word costs; a word costs 1
  // cost[i]: of the first i letters; length[i]: of the word they end with, 0 for a letter of no word.
  std::vector<std::uint32_t> cost(letters.size() + 1, 0);
  std::vector<std::uint8_t> length(letters.size() + 1, 0);
  for (std::size_t end = 1; end <= letters.size(); ++end) {
    cost[end] = cost[end - 1] + kUnknown;
    for (std::size_t size = 1; size <= std::min(end, kLongestWord); ++size) {
      if (cost[end - size] + 1 >= cost[end]) continue;
      if (!in_vocabulary(letters.substr(end - size, size))) continue;
      cost[end] = cost[end - size] + 1;
      length[end] = static_cast<std::uint8_t>(size);
    }
  }
  std::string backwards;
  bool unknown = true;  // the letter after is of no word, or there is none
  for (std::size_t end = letters.size(); end > 0;) {
    const std::size_t size = std::max<std::size_t>(length[end], 1);
    if (end < letters.size() && !(unknown && length[end] == 0)) backwards += ' ';
    unknown = length[end] == 0;
    for (std::size_t i = 0; i < size; ++i) backwards += letters[end - 1 - i];
    end -= size;
  }
  return {backwards.rbegin(), backwards.rend()};
}

}  // namespace aegis::detectors
