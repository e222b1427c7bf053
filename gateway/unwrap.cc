#include "gateway/unwrap.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace aegis::gateway {
namespace {

constexpr std::string_view kOurName = "aegis-mcp";

// Nothing: it has no colon.
std::optional<std::pair<std::string, std::string>> header_of(const std::string& text) {
  const auto colon = text.find(':');
  if (colon == std::string::npos) return std::nullopt;
  const auto value = text.find_first_not_of(' ', colon + 1);
  return std::pair{text.substr(0, colon), value == std::string::npos ? std::string() : text.substr(value)};
}

Unwrapped refused(std::string why) {
  Unwrapped result;
  result.kind = Unwrapped::Kind::refused;
  result.why = std::move(why);
  return result;
}

}  // namespace

std::string_view program_name(std::string_view path) {
  const auto slash = path.find_last_of("/\\");
  std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  if (name.ends_with(".exe")) name.remove_suffix(4);
  return name.substr(0, name.find('@', 1));
}

std::size_t guarded_command(std::span<const std::string> arguments) {
  bool wrap = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (wrap && word == "--") return i;
    if (!word.starts_with('-')) {
      if (wrap || word != "wrap") return wrap ? i : arguments.size();
      wrap = true;
    } else if (word.find('=') == std::string::npos && word != "--help" && word != "-h" &&
               word != "--version") {
      ++i;  // every other flag of `wrap` has a value
    }
  }
  return arguments.size();
}

Unwrapped unwrap(const std::vector<std::string>& command) {
  Unwrapped result;
  const bool is_ours = !command.empty() && program_name(command.front()) == kOurName;
  const auto separator =
      is_ours
          ? command.begin() + 1 + static_cast<std::ptrdiff_t>(guarded_command(std::span(command).subspan(1)))
          : std::find(command.begin(), command.end(), "--");
  const auto ours = std::find_if(command.begin(), separator,
                                 [](const std::string& word) { return program_name(word) == kOurName; });
  const auto has = [&](std::string_view word) { return std::find(ours, separator, word) != separator; };
  const bool in_a_shell = std::any_of(command.begin(), command.end(), [](const std::string& word) {
    return word.find("aegis-mcp wrap ") != std::string::npos ||
           word.find("aegis-mcp gateway ") != std::string::npos;
  });
  if (in_a_shell || (ours != separator && ours != command.begin() && (has("wrap") || has("gateway")))) {
    return refused(
        "runs aegis-mcp behind another program, so its server would be guarded twice; put the server's own "
        "command "
        "here");
  }
  if (ours == separator) return result;
  if (has("gateway")) return refused("is a gateway itself, so every server behind it would be guarded twice");
  if (!has("wrap")) return result;  // `aegis-mcp serve` is a server like any other

  for (auto word = command.begin() + 1; word != separator; ++word) {
    const auto equals = word->find('=');
    const std::string flag = word->substr(0, equals);
    const auto value = [&]() -> std::string {
      if (equals != std::string::npos) return word->substr(equals + 1);
      return word + 1 == separator ? std::string() : *++word;
    };
    if (flag == "--name") {
      value();
    } else if (flag == "--url") {
      result.url = value();
    } else if (flag == "--header") {
      auto header = header_of(value());
      if (!header) return refused("runs `aegis-mcp wrap` with a --header that has no colon");
      result.headers.push_back(std::move(*header));
    } else if (flag.starts_with("--")) {
      result.dropped_flags.push_back(flag);
    }
  }
  const auto inner = separator != command.end() && *separator == "--" ? separator + 1 : separator;
  if (inner != command.end() && !inner->empty()) {
    result.kind = Unwrapped::Kind::command;
    result.command.assign(inner, command.end());
    // Wrapped twice, by hand or by two versions: whoever wrote that should see it.
    if (unwrap(result.command).kind != Unwrapped::Kind::not_wrapped) {
      return refused("runs `aegis-mcp wrap` within `aegis-mcp wrap`; put the server's own command here");
    }
    return result;
  }
  if (result.url.empty()) return refused("runs `aegis-mcp wrap` without a server");
  result.kind = Unwrapped::Kind::url;
  return result;
}

}  // namespace aegis::gateway
