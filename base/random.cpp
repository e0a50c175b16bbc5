#include "base/random.h"

#include <cerrno>
#include <sys/random.h>

#include "base/error.h"
#include "base/text.h"

namespace sys {

void fill_randomly(void* bytes, std::size_t size) {
  if (getrandom(bytes, size, 0) != static_cast<ssize_t>(size)) {
    throw base::Error("getrandom", errno);
  }
}

std::uint64_t random_number() {
  std::uint64_t number = 0;
  fill_randomly(&number, sizeof number);
  return number;
}

std::string random_hex(std::size_t bytes) {
  std::string raw(bytes, '\0');
  fill_randomly(raw.data(), raw.size());
  std::string digits;
  for (const char byte : raw) digits += base::hex(static_cast<unsigned char>(byte));
  return digits;
}

}  // namespace sys
