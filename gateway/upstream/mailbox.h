// Mailbox: what a port's threads have read, on its way to the link's thread.
//
// Thread contract: open(), descriptor() and take() belong to the link's thread; everything else may be called
// from any. Bounded: a thread that posts waits while the link takes nothing, and its connection with it, so a
// server that floods us is slowed down by its own sockets.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <string>

#include "base/json.h"
#include "base/result.h"

namespace aegis::gateway {

// One message of the largest size fits.
inline constexpr std::size_t kMaxMailboxBytes = kMaxMessageBytes;

class Mailbox {
 public:
  enum class Kind { line, oversized, closed };
  struct Item {
    Kind kind = Kind::line;
    std::string text;  // a line, or why it is closed
    std::string related;
  };

  Mailbox() = default;
  ~Mailbox();
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  // Errors: the system has no more descriptors.
  Result<void> open();
  // Readable while there is something to take, or after wake().
  [[nodiscard]] int descriptor() const { return read_end_; }

  // Waits while it is full. False: shut; nothing was posted.
  bool post(Item item);
  // For the link's own thread, which must not wait for itself.
  void post_at_once(Item item);
  // Makes the link look at its deadlines.
  void wake();

  // Nothing: empty, and the descriptor is no longer readable.
  std::optional<Item> take();

  // Whoever waits goes on; nothing is taken or posted any more.
  void shut();

 private:
  void signal();  // REQUIRES: mutex_ held
  static std::size_t weight(const Item& item);

  int read_end_ = -1, write_end_ = -1;  // the same one for an eventfd
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Item> items_;
  std::size_t bytes_ = 0;
  bool signalled_ = false;
  bool shut_ = false;
};

}  // namespace aegis::gateway
