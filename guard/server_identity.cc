#include "guard/server_identity.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include "base/hash.h"
#include "guard/catalogue.h"

namespace aegis::guard {
namespace {

// Digits of a digest that are enough to tell two apart and short enough to be shown.
constexpr std::size_t kShortDigest = 12;

constexpr std::array<std::string_view, 7> kPackageRunners{"npx", "uvx",    "bunx",  "pnpm",
                                                          "dlx", "docker", "podman"};
constexpr std::array<std::string_view, 8> kShells{"sh",   "bash", "zsh",     "dash",
                                                  "fish", "cmd",  "cmd.exe", "pwsh"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::string_view base_name(std::string_view word) { return word.substr(word.rfind('/') + 1); }

std::string fingerprint_of(std::string_view kind, std::span<const std::string> words) {
  std::string all(kind);
  for (const std::string& word : words) all.append(1, '\0').append(word);
  return sha256_hex(all);
}

bool is_script(std::string_view word) {
  constexpr std::array<std::string_view, 7> kEndings{".js", ".mjs", ".cjs", ".ts", ".py", ".rb", ".jar"};
  return word.find('/') != std::string_view::npos ||
         std::any_of(kEndings.begin(), kEndings.end(), [&](auto ending) { return word.ends_with(ending); });
}

// Cuts the version off a package ("@scope/name@1.2", "name==1.2") or an image ("name:tag", "name@sha256:…").
std::string take_version(std::string* package, bool image) {
  auto at = package->find(image ? "@" : "==");
  std::size_t sign = image ? 1 : 2;
  if (at == std::string::npos) {
    at = image ? package->rfind(':') : package->rfind('@');
    sign = 1;
    const bool is_port = image && at != std::string::npos && package->find('/', at) != std::string::npos;
    if (at == 0 || is_port) at = std::string::npos;
  }
  if (at == std::string::npos) return {};
  std::string version = package->substr(at + sign);
  package->resize(at);
  return version;
}

// A part of a path that is a word; anything else may be a key.
bool is_plain(std::string_view segment) {
  constexpr std::size_t kLongestWord = 20;
  if (segment.size() > kLongestWord) return false;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (segment.size() > 1 && segment[0] == 'v' && std::all_of(segment.begin() + 1, segment.end(), is_digit))
    return true;
  return std::all_of(segment.begin(), segment.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || c == '-' || c == '_'; });
}

}  // namespace

void ServerKeys::add(std::string_view digest) {
  const std::lock_guard lock(mutex_);
  if (digests_.size() < kMax && std::find(digests_.begin(), digests_.end(), digest) == digests_.end())
    digests_.emplace_back(digest);
}

std::vector<std::string> ServerKeys::all() const {
  const std::lock_guard lock(mutex_);
  return digests_;
}

std::function<void(std::string_view)> remember_in(std::shared_ptr<ServerKeys> keys) {
  if (keys == nullptr) return {};
  return [keys = std::move(keys)](std::string_view digest) { keys->add(digest); };
}

ServerIdentity identify_command(std::span<const std::string> command_line, std::string_view folder) {
  ServerIdentity identity{.fingerprint = fingerprint_of("command", command_line)};
  std::filesystem::path where(folder);
  bool is_package = false;
  bool is_image = false;
  for (std::size_t i = 0; i < command_line.size(); ++i) {
    const std::string& word = command_line[i];
    const bool has_version = is_package && word.find("==") != std::string::npos;  // not NAME=VALUE
    if (is_launcher(word) && !has_version) {
      const std::string_view base = base_name(word);
      is_package |= is_one_of(kPackageRunners, base);
      is_image |= base == "docker" || base == "podman";
      if (flag_takes_value(word) && i + 1 < command_line.size()) {
        ++i;
        if (word == "--directory") where /= command_line[i];
      }
      continue;
    }
    // What a shell runs is all of its arguments.
    if (is_one_of(kShells, base_name(word))) break;
    identity.origin = word;
    if (is_package)
      identity.version = take_version(&identity.origin, is_image);
    else if (is_script(word))
      identity.origin = (where / word).lexically_normal().string();
    return identity;
  }
  identity.origin = "command " + identity.fingerprint.substr(0, kShortDigest);
  return identity;
}

ServerIdentity identify_url(std::string_view url) {
  const std::string whole(url);
  ServerIdentity identity{.fingerprint = fingerprint_of("url", std::span(&whole, 1))};
  url = url.substr(0, url.find_first_of("?#"));
  const auto scheme = url.find("://");
  const auto path = url.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
  identity.origin = url.substr(0, path);
  std::string_view rest = path == std::string_view::npos ? std::string_view() : url.substr(path);
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const auto end = std::min(rest.find('/'), rest.size());
    const std::string_view segment = rest.substr(0, end);
    identity.origin +=
        "/" + (is_plain(segment) ? std::string(segment) : "#" + sha256_hex(segment).substr(0, kShortDigest));
    rest.remove_prefix(end);
  }
  return identity;
}

}  // namespace aegis::guard
