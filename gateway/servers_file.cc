#include "gateway/servers_file.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <set>
#include <system_error>

#include "base/json.h"
#include "base/text.h"
#include "gateway/aggregator/names.h"
#include "gateway/jsonc.h"
#include "gateway/unwrap.h"

namespace aegis::gateway {
namespace {

// Names the agent a process of ours speaks for.
constexpr std::string_view kOurKey = "AEGIS_API_KEY";

std::string in_quotes(std::string_view text) { return "'" + printable(text) + "'"; }

// RFC 6901. Keys are shown on a terminal.
std::string below(const std::string& pointer, std::string_view key) {
  std::string escaped = pointer + "/";
  for (const char c : printable(key)) {
    if (c == '~')
      escaped += "~0";
    else if (c == '/')
      escaped += "~1";
    else
      escaped += c;
  }
  return escaped;
}

bool is_variable_name(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && is_letter(text.front()) && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9');
  });
}

bool is_header_name(std::string_view name) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

bool is_header_value(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) {
    return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
  });
}

class Reader {
 public:
  Reader(std::string file, const ServersContext& context) : file_(std::move(file)), context_(context) {}

  ServersFile read(std::string_view text) {
    if (text.size() > kMaxServersFileBytes) {
      problem("", "has more than " + std::to_string(kMaxServersFileBytes) + " bytes", kNothingUsed);
      return std::move(result_);
    }
    std::vector<std::string> twice;
    const auto root = parse_jsonc(text, &twice);
    if (!root) {
      problem("", root.error().message, kNothingUsed);
      return std::move(result_);
    }
    for (const std::string& key : twice) {
      problem("", "the key " + in_quotes(key) + " is there twice in one object", "the last one counts");
    }
    if (!root->is_object()) {
      problem("", "must hold a JSON object", kNothingUsed);
      return std::move(result_);
    }
    bool found = read_group(*root, "mcpServers", "");
    found |= read_group(*root, "servers", "");
    if (const auto mcp = root->find("mcp"); mcp != root->end() && mcp->is_object())
      found |= read_group(*mcp, "servers", "/mcp");
    if (!found)
      problem("", "holds no \"mcpServers\" (or, as VS Code has it, \"servers\")",
              "there is nothing to guard");
    give_names();
    return std::move(result_);
  }

 private:
  static constexpr const char* kNothingUsed = "nothing of it is used";

  void problem(const std::string& where, const std::string& what, const std::string& consequence) {
    result_.problems.push_back({file_, where, what, consequence});
  }
  // Of the server that is being read.
  void fault(const std::string& where, const std::string& what) {
    problem(where, what, "the server " + in_quotes(entry_.key) + " is left out");
    usable_ = false;
  }

  bool read_group(const Json& parent, const char* key, const std::string& pointer) {
    const auto group = parent.find(key);
    if (group == parent.end()) return false;
    const std::string where = below(pointer, key);
    if (!group->is_object()) {
      problem(where, std::string("must be an object, not ") + group->type_name(), "none of it is used");
      return true;
    }
    for (const auto& [name, server] : group->items()) {
      entry_ = ServerEntry{.key = name};
      usable_ = true;
      const std::string at = below(where, name);
      if (!server.is_object()) {
        fault(at, std::string("must be an object, not ") + server.type_name());
        continue;
      }
      if (is_true(server, "disabled") || is_false(server, "enabled")) {
        result_.disabled.push_back(name);
        continue;
      }
      read_server(server, at);
      if (!usable_) continue;
      if (result_.servers.size() >= kMaxServers) {
        fault(at, "there are more than " + std::to_string(kMaxServers) + " servers");
        continue;
      }
      result_.servers.push_back(std::move(entry_));
    }
    return true;
  }

  static bool is_true(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_boolean() && found->get<bool>();
  }
  static bool is_false(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_boolean() && !found->get<bool>();
  }

  void read_server(const Json& server, const std::string& at) {
    std::string type;
    if (const auto found = server.find("type"); found != server.end()) {
      if (found->is_string())
        type = found->get<std::string>();
      else
        return fault(at + "/type", std::string("must be a string, not ") + found->type_name());
    }
    const bool has_command = server.contains("command"), has_url = server.contains("url");
    if (type.empty() && has_command && has_url)
      return fault(at, "has both \"command\" and \"url\", and no \"type\" to say which counts");
    if (type.empty() && !has_command && !has_url) return fault(at, "has neither \"command\" nor \"url\"");
    if (type == "stdio" || (type.empty() && has_command)) return read_command(server, at);
    if (type.empty() || type == "http" || type == "streamable-http" || type == "streamableHttp" ||
        type == "sse") {
      entry_.kind = type == "sse" ? ServerEntry::Kind::sse : ServerEntry::Kind::http;
      return read_remote(server, at);
    }
    fault(at + "/type", "is none of \"stdio\", \"http\", \"streamable-http\" and \"sse\"");
  }

  void read_command(const Json& server, const std::string& at) {
    const auto command = server.find("command");
    if (command == server.end()) return fault(at, "has no \"command\"");
    if (auto program = string_at(*command, at + "/command")) {
      if (program->empty()) fault(at + "/command", "is empty");
      entry_.command.push_back(std::move(*program));
    }
    if (const auto args = server.find("args"); args != server.end() && !args->is_null()) {
      if (!args->is_array()) {
        fault(at + "/args", std::string("must be an array of strings, not ") + args->type_name());
      } else {
        std::size_t position = 0;
        for (const Json& one : *args) {
          const std::string where = at + "/args/" + std::to_string(position++);
          if (auto argument = string_at(one, where)) entry_.command.push_back(std::move(*argument));
        }
      }
    }
    read_env(server, at);
    if (const auto cwd = server.find("cwd"); cwd != server.end() && !cwd->is_null()) {
      if (auto folder = string_at(*cwd, at + "/cwd")) entry_.cwd = std::move(*folder);
    }
    if (server.contains("envFile")) {
      problem(at + "/envFile", "is not read here; put its variables into \"env\"",
              "the server " + in_quotes(entry_.key) + " is started without them");
    }
    if (usable_) take_out_of_wrap(server, at);
  }

  void read_env(const Json& server, const std::string& at) {
    const auto env = server.find("env");
    if (env == server.end() || env->is_null()) return;
    if (!env->is_object())
      return fault(at + "/env", std::string("must be an object, not ") + env->type_name());
    for (const auto& [name, value] : env->items()) {
      const std::string where = below(at + "/env", name);
      if (name.empty() || name.find('=') != std::string::npos || name.find('\0') != std::string::npos) {
        fault(where, "is no name of a variable");
      } else if (name == kOurKey) {
        problem(
            where, "is the key of an agent of this guard, and would let the server pose as it",
            "the server " + in_quotes(entry_.key) +
                " is started without it; the gateway's own agent is the one these calls are recorded for");
      } else if (value.is_null()) {
        entry_.unset_env.push_back(name);
      } else if (value.is_number() || value.is_boolean()) {
        entry_.env.emplace_back(name, dump_json(value));
      } else if (auto text = string_at(value, where)) {
        entry_.env.emplace_back(name, std::move(*text));
      }
    }
  }

  void read_remote(const Json& server, const std::string& at) {
    const auto url = server.find("url");
    if (url == server.end()) return fault(at, "has no \"url\"");
    if (auto text = string_at(*url, at + "/url")) set_url(std::move(*text), at + "/url");
    const auto headers = server.find("headers");
    if (headers == server.end() || headers->is_null()) return;
    if (!headers->is_object())
      return fault(at + "/headers", std::string("must be an object, not ") + headers->type_name());
    for (const auto& [name, value] : headers->items()) {
      const std::string where = below(at + "/headers", name);
      if (auto text = string_at(value, where)) add_header(name, std::move(*text), where);
    }
  }

  void set_url(std::string url, const std::string& where) {
    const bool is_http = url.starts_with("http://") || url.starts_with("https://");
    const bool is_clean = std::all_of(
        url.begin(), url.end(), [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7F; });
    if (!is_http || !is_clean) return fault(where, "must begin with http:// or https:// and hold no blanks");
    entry_.url = std::move(url);
  }

  void add_header(std::string name, std::string value, const std::string& where) {
    if (!is_header_name(name)) return fault(where, "is no name of an HTTP header");
    if (!is_header_value(value)) return fault(where, "holds a character that no HTTP header may hold");
    entry_.headers.emplace_back(std::move(name), std::move(value));
  }

  std::optional<std::string> string_at(const Json& value, const std::string& where) {
    if (!value.is_string()) {
      fault(where, std::string("must be a string, not ") + value.type_name());
      return std::nullopt;
    }
    auto text = replaced(value.get_ref<const std::string&>(), where);
    if (text && text->find('\0') != std::string::npos) {
      fault(where, "holds a null character");
      return std::nullopt;
    }
    return text;
  }

  // The text with its variables replaced. What a variable holds is not looked through again.
  std::optional<std::string> replaced(const std::string& text, const std::string& where) {
    std::string out;
    std::size_t at = 0;
    while (at < text.size()) {
      const auto open = text.find("${", at);
      const auto close = open == std::string::npos ? open : text.find('}', open);
      if (close == std::string::npos) break;
      out.append(text, at, open - at);
      const auto value = variable(text.substr(open + 2, close - open - 2), where);
      if (!value) return std::nullopt;
      out += *value;
      at = close + 1;
      if (out.size() > kMaxServerValue) break;
    }
    out.append(text, at);
    if (out.size() > kMaxServerValue) {
      fault(where, "has more than " + std::to_string(kMaxServerValue) + " bytes");
      return std::nullopt;
    }
    return out;
  }

  std::optional<std::string> variable(const std::string& inside, const std::string& where) {
    if (inside == "userHome") return context_.home;
    if (inside == "workspaceFolder") return context_.workspace;
    if (inside == "workspaceFolderBasename") return std::string(program_name(context_.workspace));
    if (inside == "pathSeparator" || inside == "/") return "/";
    const std::string_view name = inside;
    if (name.starts_with("input:")) {
      fault(where, "needs " + in_quotes("${" + inside + "}") +
                       ", which VS Code asks its user for and nobody can be asked here; put it into an "
                       "environment variable and write ${env:NAME}");
      return std::nullopt;
    }
    const auto fallback = name.find(":-");
    std::string_view wanted = name.substr(0, fallback);
    if (wanted.starts_with("env:")) wanted.remove_prefix(4);
    if (!is_variable_name(wanted)) {
      fault(where, "holds " + in_quotes("${" + inside.substr(0, inside.find(":-")) + "}") +
                       ", which is nothing that can be replaced here");
      return std::nullopt;
    }
    auto value = context_.variable ? context_.variable(std::string(wanted)) : std::nullopt;
    const bool is_missing = !value || (value->empty() && fallback != std::string_view::npos);
    if (!is_missing) return value;
    if (fallback != std::string_view::npos) return std::string(name.substr(fallback + 2));
    fault(where, "needs the environment variable " + in_quotes(wanted) + ", which is not set");
    return std::nullopt;
  }

  // Those of the flags that the file spells out: what a variable held is shown nowhere.
  static std::string written_flags(const std::vector<std::string>& flags, const Json& server) {
    std::string listed;
    for (const std::string& flag : flags) {
      const auto spells = [&](const Json& word) {
        return word.is_string() && word.get_ref<const std::string&>().starts_with(flag);
      };
      const auto args = server.find("args");
      const bool is_written = args != server.end() && std::any_of(args->begin(), args->end(), spells);
      listed += (listed.empty() ? "" : ", ") + (is_written ? printable(flag) : "a flag from a variable");
    }
    return listed;
  }

  void take_out_of_wrap(const Json& server, const std::string& at) {
    Unwrapped inner = unwrap(entry_.command);
    if (inner.kind == Unwrapped::Kind::not_wrapped) return;
    if (inner.kind == Unwrapped::Kind::refused) return fault(at + "/command", inner.why);
    if (!inner.dropped_flags.empty()) {
      problem(at + "/args",
              "is wrapped by `aegis-mcp wrap` with " + written_flags(inner.dropped_flags, server),
              "the server " + in_quotes(entry_.key) + " is guarded by the gateway's own settings instead");
    }
    entry_.command = std::move(inner.command);
    if (inner.kind != Unwrapped::Kind::url) return;
    entry_.kind = ServerEntry::Kind::http;
    set_url(std::move(inner.url), at + "/args");
    for (auto& [name, value] : inner.headers) add_header(std::move(name), std::move(value), at + "/args");
  }

  // Keys that are fit names keep them; the others get what is left.
  void give_names() {
    std::set<std::string> taken;
    for (ServerEntry& entry : result_.servers) {
      if (is_server_name(entry.key) && taken.insert(entry.key).second) entry.name = entry.key;
    }
    for (ServerEntry& entry : result_.servers) {
      if (!entry.name.empty()) continue;
      const std::string wanted = to_server_name(entry.key);
      std::string name = wanted;
      for (std::size_t number = 2; !taken.insert(name).second; ++number) {
        const std::string suffix = "-" + std::to_string(number);
        name = wanted.substr(0, kMaxServerName - suffix.size()) + suffix;
      }
      entry.name = name;
    }
  }

  std::string file_;
  const ServersContext& context_;
  ServersFile result_;
  ServerEntry entry_;
  bool usable_ = true;
};

}  // namespace

std::string FileProblem::text() const {
  return file + ": " + (where.empty() ? "" : where + ": ") + what + "; " + consequence;
}

ServersFile read_servers(std::string_view text, const std::string& file, const ServersContext& context) {
  return Reader(file, context).read(text);
}

ServersFile read_servers_file(const std::string& path, const ServersContext& context) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text;
  if (file) {
    text.resize(kMaxServersFileBytes + 1);
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  }
  if (!file.is_open() || file.bad() || (file.fail() && !file.eof())) {
    ServersFile result;
    const std::string why = errno == 0 ? "" : " (" + std::generic_category().message(errno) + ")";
    result.problems.push_back({path, "", "cannot be read" + why, "there is nothing to guard"});
    return result;
  }
  return read_servers(text, path, context);
}

}  // namespace aegis::gateway
