#include "base/random.h"

#include <cerrno>
#include <sys/random.h>

#include "base/error.h"

namespace sys {

std::uint64_t random_number() {
  std::uint64_t number = 0;
  if (getrandom(&number, sizeof number, 0) != sizeof number) throw base::Error("getrandom", errno);
  return number;
}

}  // namespace sys
