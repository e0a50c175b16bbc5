#include "base/machine.h"

#include <cerrno>
#include <sys/sysinfo.h>

#include "base/error.h"

namespace sys {

std::uint64_t memory_size() {
  struct sysinfo info {};
  if (::sysinfo(&info) != 0) throw base::Error("sysinfo", errno);
  return std::uint64_t{info.totalram} * info.mem_unit;
}

}  // namespace sys
