// linux.netDevices (config-linux.md#network-devices): devices of the host that move into the
// container's network namespace. A virtual one ends with it; a physical one the kernel returns.
#pragma once

#include <string>
#include <vector>

#include "base/fd.h"
#include "netlink/address.h"
#include "netlink/link.h"
#include "oci/config_linux.h"

namespace runtime::network {

struct HostDevice {
  netlink::Link link;  // as the host had it
  std::string name;    // in the container
  // What a move takes away: the addresses that mean something anywhere.
  std::vector<netlink::LinkAddress> addresses;
};

// "config.json: /linux/netDevices/eth1"
std::string place_of(const HostDevice& device);

// Before anything is made. Throws when the host has no such device.
std::vector<HostDevice> inspect_devices(const oci::Map<oci::NetDevice>& devices);

// Moves them, each with its new name in one step.
void move_devices(const std::vector<HostDevice>& devices, const netlink::NetworkNamespace& where);

// Those of them that are in the network namespace, back to ours, as they were.
void return_devices(const std::vector<HostDevice>& devices, base::BorrowedFd ns);

}  // namespace runtime::network
