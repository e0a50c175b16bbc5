// What all fuzzers have in common.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include "base/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace fuzz {

inline std::string_view text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Ends the fuzzer's run, which then keeps the input.
inline void require(bool holds, std::string_view what) {
  if (holds) return;
  std::cerr << "violated: " << what << "\n";
  std::abort();
}

// Whatever somebody hands us, the answer is a value or a reason. What of it is fit to print,
// base::log says.
template <typename Body>
void answer(Body body) {
  try {
    body();
  } catch (const base::Error& error) {
    require(!error.text().empty(), "an error has a text");
  }
}

}  // namespace fuzz
