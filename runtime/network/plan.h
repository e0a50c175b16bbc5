// What of a container's network is decided before its namespace is there, and what init needs of
// it.
#pragma once

#include <vector>

#include "runtime/network/host_device.h"
#include "runtime/network/interface.h"

namespace runtime::network {

struct Plan {
  std::vector<Interface> interfaces;  // by annotation
  std::vector<HostDevice> devices;    // linux.netDevices

  bool empty() const noexcept { return interfaces.empty() && devices.empty(); }
};

}  // namespace runtime::network
