#include "gateway/http/chunked.h"

#include <algorithm>

namespace aegis::gateway {

ChunkedReader::State ChunkedReader::size_digit(char c) {
  int value = 0;
  if (c >= '0' && c <= '9') {
    value = c - '0';
  } else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) {
    value = (c | 0x20) - 'a' + 10;
  } else {
    if (c != '\r' || digits_ == 0) return State::bad;
    at_ = At::size_newline;
    return State::more;
  }
  if (++digits_ > 8) return State::bad;  // 4 GiB; and no flood of leading zeros
  remaining_ = remaining_ * 16 + static_cast<std::size_t>(value);
  return State::more;
}

ChunkedReader::State ChunkedReader::feed(std::string_view* input, std::string* body) {
  const auto expect = [&](char wanted, At next) {
    const bool fits = input->front() == wanted;
    input->remove_prefix(1);
    at_ = next;
    return fits;
  };
  while (!input->empty()) {
    switch (at_) {
      case At::size: {
        const State state = size_digit(input->front());
        input->remove_prefix(1);
        if (state != State::more) return state;
        break;
      }
      case At::size_newline:
        if (!expect('\n', remaining_ == 0 ? At::end_return : At::data)) return State::bad;
        if (remaining_ > max_bytes_ - taken_) return State::too_large;
        taken_ += remaining_;
        digits_ = 0;
        break;
      case At::data: {
        const std::size_t part = std::min(remaining_, input->size());
        body->append(input->substr(0, part));
        input->remove_prefix(part);
        remaining_ -= part;
        if (remaining_ == 0) at_ = At::data_return;
        break;
      }
      case At::data_return:
        if (!expect('\r', At::data_newline)) return State::bad;
        break;
      case At::data_newline:
        if (!expect('\n', At::size)) return State::bad;
        break;
      case At::end_return:
        if (!expect('\r', At::end_newline)) return State::bad;
        break;
      case At::end_newline: return expect('\n', At::end_newline) ? State::done : State::bad;
    }
  }
  return State::more;
}

}  // namespace aegis::gateway
