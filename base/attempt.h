// The one place that lets a failure pass: where what could not be read or done counts as not there.
#pragma once

#include <optional>

#include "base/error.h"
#include "base/log.h"

namespace base {

// What `read` returns, an optional; empty as well when it throws, of which `tell` is told.
template <typename Read, typename Tell>
auto attempt(Read read, Tell tell) -> decltype(read()) {
  try {
    return read();
  } catch (const Error& error) {
    tell(error);
    return std::nullopt;
  }
}

template <typename Read>
auto attempt(Read read) -> decltype(read()) {
  return attempt(read, [](const Error& error) {
    log::debug([&] { return cat("passed over: ", error.text()); });
  });
}

// The same where a user has to know what isn't there or wasn't done: with a warning.
template <typename Read>
auto attempt_or_warn(Read read) -> decltype(read()) {
  return attempt(read, [](const Error& error) { log::warning(error.text()); });
}

}  // namespace base
