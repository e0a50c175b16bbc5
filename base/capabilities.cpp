#include "base/capabilities.h"

#include <cerrno>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"

namespace sys {

using base::Error;

namespace {

std::uint64_t join(std::uint32_t low, std::uint32_t high) {
  return std::uint64_t{high} << 32 | low;
}
std::uint32_t low(std::uint64_t mask) { return static_cast<std::uint32_t>(mask); }
std::uint32_t high(std::uint64_t mask) { return static_cast<std::uint32_t>(mask >> 32); }

// Pid 0 is the calling thread; its number would be wrong after a clone into a pid namespace.
constexpr __user_cap_header_struct kSelf{_LINUX_CAPABILITY_VERSION_3, 0};

}  // namespace

CapabilityMasks capget() {
  auto header = kSelf;
  __user_cap_data_struct data[2]{};
  if (syscall(SYS_capget, &header, data) != 0) throw Error("capget", errno);
  return {join(data[0].effective, data[1].effective), join(data[0].permitted, data[1].permitted),
          join(data[0].inheritable, data[1].inheritable)};
}

void capset(const CapabilityMasks& masks) {
  if (const int error = try_capset(masks); error != 0) throw Error("capset", error);
}

CapabilityRequest capability_request(const CapabilityMasks& masks) noexcept {
  return {kSelf,
          {{low(masks.effective), low(masks.permitted), low(masks.inheritable)},
           {high(masks.effective), high(masks.permitted), high(masks.inheritable)}}};
}

int try_capset(const CapabilityMasks& masks) noexcept {
  CapabilityRequest request = capability_request(masks);
  return syscall(SYS_capset, &request.header, request.data) == 0 ? 0 : errno;
}

bool has_capability_number(unsigned capability) noexcept {
  return prctl(PR_CAPBSET_READ, capability, 0UL, 0UL, 0UL) >= 0;
}

bool drop_bounding_capability(unsigned capability) {
  if (prctl(PR_CAPBSET_DROP, capability, 0UL, 0UL, 0UL) == 0) return true;
  if (errno != EINVAL) throw Error(base::cat("prctl PR_CAPBSET_DROP ", capability), errno);
  return false;
}

void clear_ambient_capabilities() {
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0UL, 0UL, 0UL) != 0) {
    throw Error("prctl PR_CAP_AMBIENT_CLEAR_ALL", errno);
  }
}

void raise_ambient_capability(unsigned capability) {
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0UL, 0UL) != 0) {
    throw Error(base::cat("prctl PR_CAP_AMBIENT_RAISE ", capability), errno);
  }
}

}  // namespace sys
