// Network interfaces by ioctl(2), as netdevice(7) has it: for what netlink could do as well, where
// it matters what is left behind. A netlink socket holds its network namespace until a grace period
// of RCU after it was closed, some 15 ms; a namespace where there was none is taken apart, and the
// host's end of its links is gone, within a millisecond of its last process
// (docs/decisions/networking.md).
#pragma once

#include <netinet/in.h>
#include <optional>
#include <string>

#include "base/fd.h"

namespace sys {

// Those of the network namespace that the caller is in when it makes this. Never waits for the lock
// of routing netlink to look something up.
class Interfaces {
 public:
  Interfaces();

  // Empty when there is none of that name.
  std::optional<int> index_if_exists(const std::string& name) const;
  // Throws when there is none.
  int index_of(const std::string& name) const;

  // The other flags stay as they are but for those that only the kernel sets.
  void bring_up(const std::string& name) const;
  // Its first or only address.
  void set_address(const std::string& name, in_addr address, in_addr mask) const;
  // A gateway of 0.0.0.0: the destination is on the link itself.
  void add_route(const std::string& name, in_addr destination, in_addr mask, in_addr gateway) const;

 private:
  base::OwnedFd socket_;
};

}  // namespace sys
