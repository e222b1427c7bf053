#include "gateway/http/connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <exception>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "gateway/http/chunked.h"
#include "gateway/http/head.h"

namespace aegis::gateway {
namespace {

constexpr std::size_t kReadBytes = std::size_t{16} * 1024;
constexpr std::size_t kBodyStepBytes =
    std::size_t{64} * 1024;  // a body's memory grows as it comes, not as it is announced
constexpr std::size_t kOneWriteBytes = std::size_t{32} * 1024;  // bodies up to this go out with their head

std::string address_text(const sockaddr_storage& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.ss_family == AF_INET) {
    const auto& four = reinterpret_cast<const sockaddr_in&>(address);
    inet_ntop(AF_INET, &four.sin_addr, text.data(), text.size());
  } else if (address.ss_family == AF_INET6) {
    const auto& six = reinterpret_cast<const sockaddr_in6&>(address);
    const bool mapped = IN6_IS_ADDR_V4MAPPED(&six.sin6_addr);
    inet_ntop(mapped ? AF_INET : AF_INET6, mapped ? &six.sin6_addr.s6_addr[12] : &six.sin6_addr.s6_addr[0],
              text.data(), text.size());
  }
  return text.data();
}

std::string address_of(int fd, int (*ask)(int, sockaddr*, socklen_t*)) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (ask(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  return address_text(address);
}

// A share of what all bodies may hold together, given back at the end.
class Reservation {
 public:
  explicit Reservation(Shared* shared) : shared_(shared) {}
  ~Reservation() { shared_->body_bytes -= held_; }
  Reservation(const Reservation&) = delete;
  Reservation& operator=(const Reservation&) = delete;

  bool grow_to(std::size_t bytes) {
    if (bytes <= held_) return true;
    const std::size_t more = bytes - held_;
    if (shared_->body_bytes.fetch_add(more) + more > shared_->limits.max_bodies_bytes) {
      shared_->body_bytes -= more;
      return false;
    }
    held_ = bytes;
    return true;
  }

 private:
  Shared* shared_;
  std::size_t held_ = 0;
};

// One of the listener's streams, from take() on.
class StreamSlot {
 public:
  explicit StreamSlot(Shared* shared) : shared_(shared) {}
  ~StreamSlot() {
    if (taken_) --shared_->streams;
  }
  StreamSlot(const StreamSlot&) = delete;
  StreamSlot& operator=(const StreamSlot&) = delete;

  // False: none is free.
  bool take() {
    if (taken_) return true;
    taken_ = shared_->streams.fetch_add(1) < shared_->limits.max_streams;
    if (!taken_) --shared_->streams;
    return taken_;
  }

 private:
  Shared* shared_;
  bool taken_ = false;
};

// Calls on_stream_end once.
class StreamEnd {
 public:
  explicit StreamEnd(std::function<void()> at_end) : at_end_(std::move(at_end)) {}
  ~StreamEnd() {
    try {
      if (at_end_) at_end_();
    } catch (const std::exception&) {
      log::error("http: a handler failed at the end of its stream");
    }
  }
  StreamEnd(const StreamEnd&) = delete;
  StreamEnd& operator=(const StreamEnd&) = delete;

 private:
  std::function<void()> at_end_;
};

class Connection {
 public:
  Connection(Shared* shared, int fd)
      : shared_(shared),
        remote_(address_of(fd, &getpeername)),
        local_(address_of(fd, &getsockname)),
        wire_(fd, shared->tls.get(), &shared->stop) {}

  void run() {
    if (wire_.handshake(after(shared_->limits.header_deadline_ms)) != Wire::Io::ok) return;
    while (!shared_->stop.requested() && serve_one()) {
    }
    wire_.finish(unread_);
  }

 private:
  static std::int64_t after(std::int64_t ms) { return monotonic_us() + ms * 1000; }

  // One request; false: the connection is over.
  bool serve_one();
  // 0, an HTTP status to refuse with, or kGone.
  int read_request_head(RequestHead* head);
  int read_body(const RequestHead& head, Reservation* reservation, std::string* body);
  int read_chunked(Reservation* reservation, std::string* body);
  Wire::Io read_more(std::int64_t deadline_us);
  // Refusals that need no body.
  std::optional<HttpResponse> judge(const RequestHead& head, Router::Found* found);
  HttpRequest request_of(RequestHead* head, StreamSlot* slot);
  HttpResponse handle(const HttpHandler& handler, HttpRequest* request);

  bool refuse(int status) { return answer(error_response(status), false); }
  bool answer(HttpResponse response, bool keep_alive);
  bool answer_stream(HttpResponse response, bool keep_alive, StreamSlot* slot);
  bool pump(const StreamSource& source, bool events);
  bool write(std::string_view bytes) {
    return wire_.write(bytes, shared_->limits.write_deadline_ms) == Wire::Io::ok;
  }

  static constexpr int kGone = -1;

  Shared* shared_;
  const std::string remote_, local_;
  Wire wire_;
  std::string inbox_;    // read, not yet used: the rest of a body, or the next request
  bool unread_ = false;  // the peer may be sending what we will not read
  // Of the request being served.
  bool http11_ = true, head_only_ = false;
  mcp::HeaderList cors_;
};

Wire::Io Connection::read_more(std::int64_t deadline_us) {
  std::array<char, kReadBytes> buffer;
  std::size_t got = 0;
  const Wire::Io result = wire_.read(buffer.data(), buffer.size(), &got, deadline_us);
  if (result == Wire::Io::ok) inbox_.append(buffer.data(), got);
  return result;
}

int Connection::read_request_head(RequestHead* head) {
  if (inbox_.empty() && read_more(after(shared_->limits.idle_ms)) != Wire::Io::ok) return kGone;
  const std::int64_t deadline = after(shared_->limits.header_deadline_ms);
  const std::size_t max_bytes = shared_->limits.max_header_bytes;
  HeadEnd end;
  for (;;) {
    const HeadEnd::Found found = end.look(std::string_view(inbox_).substr(0, max_bytes));
    if (found == HeadEnd::Found::bare_newline) return 400;
    if (found == HeadEnd::Found::end) break;
    if (inbox_.size() >= max_bytes) return 431;
    const Wire::Io result = read_more(deadline);
    if (result == Wire::Io::timeout) return 408;
    if (result != Wire::Io::ok) return kGone;
  }
  const int status =
      read_head(std::string_view(inbox_).substr(0, end.size()), shared_->limits.max_headers, head);
  inbox_.erase(0, end.size());
  return status;
}

int Connection::read_chunked(Reservation* reservation, std::string* body) {
  Pace pace(shared_->limits.body_deadline_ms);
  ChunkedReader reader(shared_->limits.max_body_bytes);
  for (;;) {
    if (!reservation->grow_to(body->size() + inbox_.size())) return 503;
    std::string_view input = inbox_;
    const ChunkedReader::State state = reader.feed(&input, body);
    inbox_.erase(0, inbox_.size() - input.size());
    if (state == ChunkedReader::State::done) return 0;
    if (state == ChunkedReader::State::bad) return 400;
    if (state == ChunkedReader::State::too_large) return 413;
    const Wire::Io result = read_more(pace.deadline_us());
    if (result == Wire::Io::timeout && !pace.renew(body->size())) return 408;
    if (result != Wire::Io::ok && result != Wire::Io::timeout) return kGone;
  }
}

int Connection::read_body(const RequestHead& head, Reservation* reservation, std::string* body) {
  if (!head.chunked && head.content_length == 0) return 0;
  if (head.expects_continue && inbox_.empty() && !write("HTTP/1.1 100 Continue\r\n\r\n")) return kGone;
  if (head.chunked) return read_chunked(reservation, body);
  Pace pace(shared_->limits.body_deadline_ms);
  const std::size_t all = head.content_length;
  body->assign(inbox_, 0, all);
  inbox_.erase(0, body->size());
  while (body->size() < all) {
    const std::size_t had = body->size();
    const std::size_t step = std::min(all - had, kBodyStepBytes);
    if (!reservation->grow_to(had + step)) return 503;
    body->resize(had + step);
    std::size_t got = 0;
    const Wire::Io result = wire_.read(body->data() + had, step, &got, pace.deadline_us());
    body->resize(had + (result == Wire::Io::ok ? got : 0));
    if (result == Wire::Io::timeout && !pace.renew(had)) return 408;
    if (result != Wire::Io::ok && result != Wire::Io::timeout) return kGone;
  }
  return 0;
}

std::optional<HttpResponse> Connection::judge(const RequestHead& head, Router::Found* found) {
  const Premises& premises = shared_->premises;
  if ((head.http11 || !head.host.empty()) && !host_allowed(premises, head.host, local_))
    return error_response(403, "the Host header names no address served here (http.allowed_hosts)");
  const auto origin = find_header(head.headers, "Origin");
  if (origin && !origin_allowed(premises, *origin, head.host))
    return error_response(403, "pages of this Origin are not served (http.cors_origins)");
  cors_ = cors_headers(premises, origin);

  *found = shared_->router.find(head.method, head.path);
  if (head.method == "OPTIONS") {
    const bool preflight = origin && find_header(head.headers, "Access-Control-Request-Method");
    if (preflight || head.path == "*" || (found->path && !found->route)) {
      HttpResponse response;
      response.status = 204;
      if (preflight) {
        response.headers = preflight_headers(
            found->methods, find_header(head.headers, "Access-Control-Request-Headers").value_or(""));
      } else {
        response.headers = {{"Allow", found->methods}};
      }
      return response;
    }
  }
  if (!found->path) return error_response(404);
  if (!found->route) {
    HttpResponse response = error_response(405);
    response.headers.emplace_back("Allow", found->methods);
    return response;
  }
  if (find_header(head.headers, "Content-Encoding")) return error_response(415);
  if (head.content_length > shared_->limits.max_body_bytes) return error_response(413);
  return std::nullopt;
}

// Takes the head's strings; the body is still to be read.
HttpRequest Connection::request_of(RequestHead* head, StreamSlot* slot) {
  HttpRequest request;
  request.method = head->method;
  request.path = std::move(head->path);
  request.query = std::move(head->query);
  request.remote_address = remote_;
  request.origin_url =
      std::string(shared_->tls ? "https://" : "http://") +
      (head->host.empty() ? shared_->premises.bound_host + ":" + std::to_string(shared_->premises.port)
                          : head->host);
  request.headers = std::move(head->headers);
  request.hung_up = [this] { return shared_->stop.requested() || wire_.hung_up(); };
  request.reserve_stream = [slot] { return slot->take(); };
  return request;
}

HttpResponse Connection::handle(const HttpHandler& handler, HttpRequest* request) {
  try {
    HttpResponse response = handler(*request);
    const bool sound = response.status >= 200 && response.status <= 599 &&
                       is_field_value(response.content_type) &&
                       std::all_of(response.headers.begin(), response.headers.end(), [](const auto& header) {
                         return is_token(header.first) && is_field_value(header.second);
                       });
    if (sound) return response;
    log::error("http: a handler's response cannot be written as HTTP");
    if (response.on_stream_end) response.on_stream_end();
  } catch (const std::exception&) {
    log::error("http: a handler failed");
  }
  return error_response(500);
}

bool Connection::serve_one() {
  RequestHead head;
  http11_ = true;
  head_only_ = false;
  cors_.clear();
  const int refused = read_request_head(&head);
  if (refused == kGone) return false;
  if (refused != 0) {
    unread_ = true;
    return refuse(refused);
  }
  http11_ = head.http11;
  head_only_ = head.method == "HEAD";

  const bool has_body = head.chunked || head.content_length > 0;
  Router::Found found;
  if (auto response = judge(head, &found)) {
    unread_ = has_body;  // where the next request would begin is not known
    return answer(std::move(*response), head.keep_alive && !has_body);
  }
  const bool keep_alive = head.keep_alive;
  StreamSlot slot(shared_);
  HttpResponse response;
  {
    HttpRequest request = request_of(&head, &slot);
    if (auto refusal = found.route->gate ? found.route->gate(request) : std::nullopt) {
      unread_ = has_body;
      return answer(std::move(*refusal), keep_alive && !has_body);
    }
    Reservation reservation(shared_);  // not for as long as the answer, which may be a stream of hours
    const int failed = read_body(head, &reservation, &request.body);
    if (failed == kGone) return false;
    if (failed != 0) {
      unread_ = true;
      return refuse(failed);
    }
    response = handle(found.route->handler, &request);
  }
  return response.stream ? answer_stream(std::move(response), keep_alive, &slot)
                         : answer(std::move(response), keep_alive);
}

bool Connection::answer(HttpResponse response, bool keep_alive) {
  keep_alive = keep_alive && !shared_->stop.requested();
  if (response.status == 204 || response.status == 304) response.body.clear();
  std::string head = response_head(response, cors_, response.body.size(), http11_, keep_alive);
  if (head_only_ || response.body.size() <= kOneWriteBytes) {
    if (!head_only_) head += response.body;
    return write(head) && keep_alive;
  }
  return write(head) && write(response.body) && keep_alive;
}

bool Connection::answer_stream(HttpResponse response, bool keep_alive, StreamSlot* slot) {
  const StreamEnd end(std::move(response.on_stream_end));
  if (!slot->take()) return answer(error_response(503, "as many streams are open as may be"), keep_alive);
  keep_alive = keep_alive && http11_;  // otherwise the end of the connection is the end of the stream
  if (!write(response_head(response, cors_, std::nullopt, http11_, keep_alive))) return false;
  if (head_only_) return keep_alive;
  return pump(response.stream, response.content_type.starts_with("text/event-stream")) && keep_alive;
}

bool Connection::pump(const StreamSource& source, bool events) {
  bool gone = false;
  const auto write_piece = [&](std::string_view piece) {
    if (gone || piece.empty()) return !gone;
    if (!http11_) return !(gone = !write(piece));
    std::array<char, 24> size{};
    std::snprintf(size.data(), size.size(), "%zx\r\n", piece.size());
    std::string chunk(size.data());
    chunk.append(piece).append("\r\n");
    gone = !write(chunk);
    return !gone;
  };
  bool ended = false;
  try {
    while (!ended && !gone && !shared_->stop.requested() && !wire_.hung_up()) ended = !source(write_piece);
  } catch (const std::exception&) {
    log::error("http: a handler's stream failed");
    return false;  // without the last chunk, so that the client sees it is not whole
  }
  // Events are whole by themselves: a server that stops ends their stream in good order.
  const bool good_order = ended || (events && shared_->stop.requested());
  if (gone || !good_order) return false;
  return http11_ && write("0\r\n\r\n");
}

}  // namespace

void serve_connection(Shared* shared, int fd) { Connection(shared, fd).run(); }

}  // namespace aegis::gateway
