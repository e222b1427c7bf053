#include "gateway/upstream/mailbox.h"

#include <fcntl.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/eventfd.h>
#endif

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>

namespace aegis::gateway {
namespace {

// What an item costs besides its text, so that a flood of tiny ones is bounded too.
constexpr std::size_t kItemBytes = 128;

}  // namespace

Mailbox::~Mailbox() {
  if (read_end_ >= 0) ::close(read_end_);
  if (write_end_ >= 0 && write_end_ != read_end_) ::close(write_end_);
}

Result<void> Mailbox::open() {
#ifdef __linux__
  read_end_ = write_end_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (read_end_ < 0) return unavailable(std::string("no descriptor left: ") + std::strerror(errno));
#else
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0)
    return unavailable(std::string("no descriptor left: ") + std::strerror(errno));
  read_end_ = ends[0];
  write_end_ = ends[1];
  for (const int end : ends) {
    ::fcntl(end, F_SETFD, FD_CLOEXEC);
    ::fcntl(end, F_SETFL, O_NONBLOCK);
  }
#endif
  return {};
}

std::size_t Mailbox::weight(const Item& item) { return item.text.size() + item.related.size() + kItemBytes; }

void Mailbox::signal() {
  if (std::exchange(signalled_, true)) return;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(write_end_, &one, sizeof one);
}

bool Mailbox::post(Item item) {
  const std::size_t size = weight(item);
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return shut_ || items_.empty() || bytes_ + size <= kMaxMailboxBytes; });
  if (shut_) return false;
  bytes_ += size;
  items_.push_back(std::move(item));
  signal();
  return true;
}

void Mailbox::post_at_once(Item item) {
  const std::scoped_lock lock(mutex_);
  if (shut_) return;
  bytes_ += weight(item);
  items_.push_back(std::move(item));
  signal();
}

void Mailbox::wake() {
  const std::scoped_lock lock(mutex_);
  if (!shut_) signal();
}

std::optional<Mailbox::Item> Mailbox::take() {
  const std::scoped_lock lock(mutex_);
  if (shut_ || items_.empty()) {
    if (std::exchange(signalled_, false)) {
      std::array<char, 8> ignored{};
      while (::read(read_end_, ignored.data(), ignored.size()) > 0) {
      }
    }
    return std::nullopt;
  }
  Item item = std::move(items_.front());
  items_.pop_front();
  bytes_ -= weight(item);
  changed_.notify_all();
  return item;
}

void Mailbox::shut() {
  const std::scoped_lock lock(mutex_);
  shut_ = true;
  items_.clear();
  changed_.notify_all();
}

}  // namespace aegis::gateway
