#include "netlink/link.h"

#include <linux/rtnetlink.h>
#include <net/if.h>

#include "base/error.h"
#include "netlink/socket.h"

namespace netlink {

SetLinkUp::SetLinkUp(int index) : Message(RTM_NEWLINK, NLM_F_ACK) {
  auto& link = put_fixed_part<ifinfomsg>();
  link.ifi_family = AF_UNSPEC;
  link.ifi_index = index;
  link.ifi_flags = IFF_UP;
  link.ifi_change = IFF_UP;
}

void bring_up_loopback() {
  const base::Context at{[] { return "loopback interface"; }};
  Socket socket;
  SetLinkUp message(kLoopbackIndex);
  socket.request(message);
}

}  // namespace netlink
