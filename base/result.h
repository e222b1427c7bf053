// Result<T>: a value, or an Error that says why there is none.
//
// A small subset of std::expected (C++23), which g++ 12 offers only at -std=c++23. No exception crosses a
// room's border; a function that can fail says so in its return type. Values are as thread-safe as T.
#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace aegis {

enum class ErrorCode {
  invalid_input,  // the caller's data is wrong; message says what and where
  not_found,
  limit,        // a named limit was reached
  unavailable,  // a resource (store, child process, file) cannot be used now
  internal,     // a bug or an impossible state
};

struct Error {
  ErrorCode code = ErrorCode::internal;
  // One sentence for a person. Never carries scanned text, secrets or raw arguments.
  std::string message;
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit by design
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit by design

  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  // REQUIRES: has_value().
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  T& value() & {
    assert(has_value());
    return *std::get_if<0>(&state_);
  }
  const T& value() const& {
    assert(has_value());
    return *std::get_if<0>(&state_);
  }
  T&& value() && {
    assert(has_value());
    return std::move(*std::get_if<0>(&state_));
  }

  // REQUIRES: !has_value().
  [[nodiscard]] const Error& error() const {
    assert(!has_value());
    return *std::get_if<1>(&state_);
  }

  template <class U>
  T value_or(U&& fallback) const& {
    return has_value() ? value() : static_cast<T>(std::forward<U>(fallback));
  }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : ok_(false), error_(std::move(error)) {}  // NOLINT: implicit by design

  [[nodiscard]] bool has_value() const noexcept { return ok_; }
  explicit operator bool() const noexcept { return ok_; }
  [[nodiscard]] const Error& error() const {
    assert(!ok_);
    return error_;
  }

 private:
  bool ok_ = true;
  Error error_;
};

inline Error invalid_input(std::string message) { return {ErrorCode::invalid_input, std::move(message)}; }
inline Error not_found(std::string message) { return {ErrorCode::not_found, std::move(message)}; }
inline Error limit_reached(std::string message) { return {ErrorCode::limit, std::move(message)}; }
inline Error unavailable(std::string message) { return {ErrorCode::unavailable, std::move(message)}; }
inline Error internal_error(std::string message) { return {ErrorCode::internal, std::move(message)}; }

}  // namespace aegis
