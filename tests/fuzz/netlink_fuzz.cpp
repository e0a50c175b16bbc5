// Datagrams that say they are the kernel's: their messages, the attributes in them, and what is
// nested in those.
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <vector>

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
  // As aligned as the buffer that the socket reads into.
  std::vector<std::uint64_t> aligned(size / sizeof(std::uint64_t) + 1);
  fuzz::text(data, size).copy(reinterpret_cast<char*>(aligned.data()), size);
  const std::string_view datagram(reinterpret_cast<const char*>(aligned.data()), size);
  fuzz::answer([&] { netlink::parse_reply(datagram, 1, look_into); });
  return 0;
}
