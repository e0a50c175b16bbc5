// The capability calls of the kernel on the calling thread, as 64-bit masks (bit = capability
// number). Typed wrappers; they throw base::Error. Names are runtime/security's.
#pragma once

#include <cstdint>
#include <linux/capability.h>

namespace sys {

struct CapabilityMasks {
  std::uint64_t effective = 0;
  std::uint64_t permitted = 0;
  std::uint64_t inheritable = 0;
  friend bool operator==(const CapabilityMasks&, const CapabilityMasks&) = default;
};

// What capset(2) is given: that it is about the calling thread, and the masks, each in two halves.
struct CapabilityRequest {
  __user_cap_header_struct header{};
  __user_cap_data_struct data[2]{};
};
CapabilityRequest capability_request(const CapabilityMasks& masks) noexcept;

CapabilityMasks capget();
void capset(const CapabilityMasks& masks);
// Returns the errno, or 0.
int try_capset(const CapabilityMasks& masks) noexcept;

// Whether this kernel knows the capability.
bool has_capability_number(unsigned capability) noexcept;
// False when it doesn't.
bool drop_bounding_capability(unsigned capability);

void clear_ambient_capabilities();
void raise_ambient_capability(unsigned capability);

}  // namespace sys
