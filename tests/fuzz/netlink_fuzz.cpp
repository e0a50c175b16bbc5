// Datagrams that say they are the kernel's: their messages, the attributes in them, and what is
// nested in those.
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "netlink/message.h"
#include "tests/fuzz/fuzz.h"

namespace {

void look_into(const nlmsghdr& message) {
  if (netlink::fixed_part(message, sizeof(ifinfomsg)) == nullptr) return;
  const auto attributes = netlink::Attributes::of_message(message, sizeof(ifinfomsg));
  for (std::uint16_t type = 0; type <= IFLA_MAX; ++type) {
    attributes.text(type);
    attributes.number<std::uint32_t>(type);
    attributes.nested(type).nested(IFLA_INFO_DATA).bytes(IFLA_INFO_KIND);
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // The fuzzer's copy of it is as aligned as the buffer that the socket reads into, and nothing
  // follows.
  fuzz::answer([&] { netlink::parse_reply(fuzz::text(data, size), 1, look_into); });
  return 0;
}
