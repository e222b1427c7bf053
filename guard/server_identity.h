// ServerIdentity: what stands behind a guarded server's name, as far as its configuration says.
//
// Command lines and URLs may hold secrets, so nothing here holds them as they are: an origin names a package,
// a script, an image or a host, and the rest is a digest. Values and pure functions; ServerKeys is
// thread-safe.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace aegis::guard {

// The public keys a server has shown in its TLS handshakes: SHA-256 of the SubjectPublicKeyInfo, lowercase
// hex.
class ServerKeys {
 public:
  // Kept of one session. More than these only a server has that wants to be seen with many.
  static constexpr std::size_t kMax = 16;

  void add(std::string_view digest);
  [[nodiscard]] std::vector<std::string> all() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> digests_;
};

struct ServerIdentity {
  std::string origin;       // without version and arguments: pins outlive a change of those
  std::string version;      // where the command line has one
  std::string fingerprint;  // SHA-256 of the whole command line or URL, lowercase hex; empty: not known
  std::shared_ptr<ServerKeys> keys;  // null: no TLS
};

// For whoever makes the connections.
std::function<void(std::string_view digest)> remember_in(std::shared_ptr<ServerKeys> keys);

// `folder`: where the command runs, absolute; scripts named by a relative path are looked for there.
ServerIdentity identify_command(std::span<const std::string> command_line, std::string_view folder);

// Queries hold keys that are replaced now and then, so they are no part of the origin.
ServerIdentity identify_url(std::string_view url);

}  // namespace aegis::guard
