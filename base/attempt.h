// The one place that lets a failure pass: where what could not be read counts as not there.
#pragma once

#include <optional>

#include "base/error.h"
#include "base/log.h"

namespace base {

// What `read` returns, an optional; empty as well when it throws.
template <typename Read>
auto attempt(Read read) -> decltype(read()) {
  try {
    return read();
  } catch (const Error& error) {
    log::debug([&] { return cat("passed over: ", error.text()); });
    return std::nullopt;
  }
}

}  // namespace base
