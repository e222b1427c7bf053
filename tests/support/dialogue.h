// Dialogues through a mcp::Bridge, written as they go over the wire:
//
//   c> {…}      the client sends          s< {…}   the server must get
//   s> {…}      the server sends          c< {…}   the client must get
//   tick 5000   so many milliseconds pass
//   ended       the server ends; "ended respawns" when the bridge must want a new one
//   replaced    another server has taken its place
//   # …         a remark
//
// Whatever comes out must be written down, in order. A value "$x" in an expected line stands for any value
// and names it; later, in either kind of line, it stands for that value. "$_" stands for any value each time.
// A line that ends in ` @7` also says which request it is related to, and one that begins with `~` is not
// JSON but taken as it is. "s> @7 {…}" sends it on the stream of request 7.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "base/json.h"
#include "mcp/bridge.h"

namespace aegis::testing_support {

class Dialogue {
 public:
  struct Line {
    bool client = false;
    std::string text, related;
  };

  explicit Dialogue(std::string principal = "alice", bool may_respawn = true) {
    mcp::Bridge::Options options{.to_client =
                                     [this](std::string_view line, std::string_view related) {
                                       out_.push_back({true, std::string(line), std::string(related)});
                                       all.push_back(out_.back());
                                     },
                                 .to_server =
                                     [this](std::string_view line) {
                                       out_.push_back({false, std::string(line), {}});
                                       all.push_back(out_.back());
                                     },
                                 .respawn = nullptr,
                                 .principal = std::move(principal),
                                 .proxy_info = {"aegis-mcp", "Aegis", "1", ""},
                                 .now_us = [this] { return now_us; }};
    if (may_respawn) options.respawn = [this] { ++respawns; };
    bridge = std::make_unique<mcp::Bridge>(std::move(options));
  }

  void run(const std::string& script) {
    std::istringstream lines(script);
    int number = 0;
    for (std::string line; std::getline(lines, line);) {
      ++number;
      line.erase(0, std::min(line.find_first_not_of(' '), line.size()));
      while (!line.empty() && line.back() == ' ') line.pop_back();
      if (line.empty() || line[0] == '#') continue;
      SCOPED_TRACE("line " + std::to_string(number) + ": " + line);
      step(line);
      if (testing::Test::HasFailure()) {
        std::string waiting;
        for (const auto& one : out_) waiting += (one.client ? "\n  c< " : "\n  s< ") + one.text;
        FAIL() << "what came out:" << waiting;
      }
    }
    nothing_left();
  }

  // A captured value, as JSON text.
  std::string value(const std::string& name) const {
    const auto found = values_.find("$" + name);
    return found == values_.end() ? std::string() : found->second.dump();
  }
  void set(const std::string& name, Json value) { values_["$" + name] = std::move(value); }
  std::deque<Line> take() { return std::exchange(out_, {}); }

  std::unique_ptr<mcp::Bridge> bridge;
  std::int64_t now_us = 1'000'000;
  int respawns = 0;
  std::vector<Line> all;          // everything that ever came out
  std::vector<std::string> sent;  // by the client

 private:
  void nothing_left() {
    for (const auto& one : out_)
      ADD_FAILURE() << "not expected: " << (one.client ? "c< " : "s< ") << one.text;
    out_.clear();
  }

  void step(const std::string& line) {
    if (line.starts_with("c< ") || line.starts_with("s< ")) {
      expect(line[0] == 'c', line.substr(3));
      return;
    }
    nothing_left();
    if (line.starts_with("c> ")) {
      sent.push_back(filled(line.substr(3)));
      bridge->from_client(std::string(sent.back()));
    } else if (line.starts_with("s> ")) {
      std::string text = line.substr(3), related;
      if (text.starts_with("@")) {
        related = text.substr(1, text.find(' ') - 1);
        text = text.substr(text.find(' ') + 1);
      }
      bridge->from_server(filled(text), related);
    } else if (line.starts_with("tick ")) {
      now_us += std::int64_t{1000} * std::stoi(line.substr(5));
      const auto deadline = bridge->deadline_us();
      if (deadline != 0 && deadline <= now_us) bridge->tick();
    } else if (line == "ended") {
      EXPECT_FALSE(bridge->server_ended());
    } else if (line == "ended respawns") {
      const int before = respawns;
      EXPECT_TRUE(bridge->server_ended());
      EXPECT_EQ(respawns, before + 1);
    } else if (line == "replaced") {
      bridge->server_replaced();
    } else {
      FAIL() << "no such step";
    }
  }

  std::string filled(const std::string& text) {
    if (text.starts_with("~")) return text.substr(1);
    Json value = Json::parse(text, nullptr, false);
    EXPECT_FALSE(value.is_discarded()) << "not JSON: " << text;
    // Lines without names go out byte for byte.
    if (text.find("\"$") == std::string::npos) return text;
    fill(value);
    return dump_json(value);
  }

  void fill(Json& value) {
    if (value.is_string()) {
      const auto found = values_.find(value.get<std::string>());
      if (found != values_.end()) value = Json(found->second);
    } else if (value.is_object()) {
      Json filled_object = Json::object();
      for (auto& [key, member] : value.items()) {
        fill(member);
        const auto found = values_.find(key);
        filled_object[found != values_.end() ? found->second.get<std::string>() : key] = member;
      }
      value = std::move(filled_object);
    } else if (value.is_array()) {
      for (auto& item : value) fill(item);
    }
  }

  void expect(bool client, std::string text) {
    std::string related;
    bool check_related = false;
    if (const auto at = text.rfind(" @");
        at != std::string::npos && text.find('}', at) == std::string::npos) {
      related = text.substr(at + 2);
      text.erase(at);
      check_related = true;
    }
    if (out_.empty()) {
      ADD_FAILURE() << "nothing came";
      return;
    }
    const Line line = out_.front();
    EXPECT_EQ(line.client, client) << "came: " << line.text;
    if (line.client != client) return;
    if (text.starts_with("~")) {
      EXPECT_EQ(line.text, text.substr(1));
    } else {
      const Json wanted = Json::parse(text, nullptr, false);
      EXPECT_FALSE(wanted.is_discarded()) << "not JSON: " << text;
      auto parsed = parse_json(line.text);
      EXPECT_TRUE(parsed.has_value()) << line.text;
      if (!parsed || !same(wanted, *parsed)) {
        ADD_FAILURE() << "wanted " << text << "\n  came   " << line.text;
        return;
      }
    }
    if (check_related) {
      EXPECT_EQ(line.related, related) << line.text;
    }
    out_.pop_front();
  }

  bool same(const Json& wanted, const Json& given) {
    if (wanted.is_string()) {
      const auto name = wanted.get<std::string>();
      if (name == "$_") return true;
      if (name.starts_with("$")) {
        const auto [entry, fresh] = values_.emplace(name, given);
        return fresh || entry->second == given;
      }
    }
    if (wanted.is_object() && given.is_object()) {
      if (wanted.size() != given.size()) return false;
      for (const auto& [key, value] : wanted.items()) {
        if (key.starts_with("$")) {  // a key nobody can know: the members stand in the same order
          std::size_t index = 0;
          for (const auto& [other, ignored] : wanted.items()) {
            if (other == key) break;
            ++index;
          }
          const auto member = std::next(given.begin(), static_cast<std::ptrdiff_t>(index));
          const auto [entry, fresh] = values_.emplace(key, Json(member.key()));
          if ((!fresh && entry->second != Json(member.key())) || !same(value, member.value())) return false;
        } else {
          const auto member = given.find(key);
          if (member == given.end() || !same(value, *member)) return false;
        }
      }
      return true;
    }
    if (wanted.is_array() && given.is_array()) {
      if (wanted.size() != given.size()) return false;
      for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (!same(wanted[i], given[i])) return false;
      }
      return true;
    }
    return wanted == given;
  }

  std::deque<Line> out_;
  std::map<std::string, Json> values_;
};

}  // namespace aegis::testing_support
