// What we ask of network interfaces. The builders are pure.
#pragma once

#include "netlink/message.h"

namespace netlink {

// A new network namespace has it, under this number always.
inline constexpr int kLoopbackIndex = 1;

// "Set this interface up", its other flags untouched.
class SetLinkUp : public Message {
 public:
  explicit SetLinkUp(int index);
};

// In the caller's network namespace.
void bring_up_loopback();

}  // namespace netlink
