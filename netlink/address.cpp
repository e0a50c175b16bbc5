#include "netlink/address.h"

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

namespace netlink {

namespace {

std::optional<IpAddress> read_ip(const Attributes& attributes, std::uint16_t type) {
  return IpAddress::from_bytes(attributes.bytes(type).value_or(""));
}

// IFA_LOCAL is the address itself where IFA_ADDRESS may be the other end's; IPv6 often has only the
// latter.
std::optional<LinkAddress> parse_address(const ifaddrmsg& fixed, const Attributes& attributes) {
  const auto peer = read_ip(attributes, IFA_ADDRESS);
  const auto local = read_ip(attributes, IFA_LOCAL);
  const auto address = local ? local : peer;
  if (!address) return std::nullopt;
  return LinkAddress{
      {*address, fixed.ifa_prefixlen}, peer.value_or(*address), read_ip(attributes, IFA_BROADCAST)};
}

bool is_global_and_permanent(const ifaddrmsg& fixed, const Attributes& attributes) {
  const auto flags = attributes.number<std::uint32_t>(IFA_FLAGS).value_or(fixed.ifa_flags);
  return fixed.ifa_scope == RT_SCOPE_UNIVERSE && (flags & IFA_F_PERMANENT) != 0;
}

}  // namespace

LinkAddress LinkAddress::usual(const IpPrefix& prefix) {
  LinkAddress address{prefix, prefix.address, std::nullopt};
  if (!prefix.address.is_v6() && prefix.length < 31) {
    address.broadcast = prefix.address.with_rest_set(prefix.length);
  }
  return address;
}

NewAddress::NewAddress(int link, const LinkAddress& address) : Message(RTM_NEWADDR, kCreateNew) {
  auto& fixed = put_fixed_part<ifaddrmsg>();
  fixed.ifa_family = static_cast<std::uint8_t>(address.prefix.address.family());
  fixed.ifa_prefixlen = static_cast<std::uint8_t>(address.prefix.length);
  fixed.ifa_flags = IFA_F_PERMANENT | IFA_F_NODAD;
  fixed.ifa_index = static_cast<std::uint32_t>(link);
  put(IFA_LOCAL, address.prefix.address.bytes());
  put(IFA_ADDRESS, address.peer.bytes());
  if (address.broadcast) put(IFA_BROADCAST, address.broadcast->bytes());
}

std::vector<LinkAddress> global_permanent_addresses(Socket& socket, int link) {
  Message question(RTM_GETADDR, NLM_F_DUMP);
  question.put_fixed_part<ifaddrmsg>().ifa_index = static_cast<std::uint32_t>(link);
  std::vector<LinkAddress> addresses;
  require(socket.query(question, [&](const nlmsghdr& message) {
    const auto* fixed = static_cast<const ifaddrmsg*>(fixed_part(message, sizeof(ifaddrmsg)));
    if (fixed == nullptr || message.nlmsg_type != RTM_NEWADDR) return;
    // Of all links, since the kernel doesn't go by the question unless told to.
    if (fixed->ifa_index != static_cast<std::uint32_t>(link)) return;
    const Attributes attributes = Attributes::of_message(message, sizeof(ifaddrmsg));
    const auto address = parse_address(*fixed, attributes);
    if (address && is_global_and_permanent(*fixed, attributes)) addresses.push_back(*address);
  }));
  return addresses;
}

NewRoute::NewRoute(int link, const IpPrefix& destination, const std::optional<IpAddress>& gateway)
    : Message(RTM_NEWROUTE, kCreateNew) {
  auto& fixed = put_fixed_part<rtmsg>();
  fixed.rtm_family = static_cast<std::uint8_t>(destination.address.family());
  fixed.rtm_dst_len = static_cast<std::uint8_t>(destination.length);
  fixed.rtm_table = RT_TABLE_MAIN;
  fixed.rtm_protocol = RTPROT_BOOT;
  fixed.rtm_scope = gateway || destination.address.is_v6() ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
  fixed.rtm_type = RTN_UNICAST;
  if (destination.length > 0) put(RTA_DST, destination.network().address.bytes());
  if (gateway) put(RTA_GATEWAY, gateway->bytes());
  put_number(RTA_OIF, static_cast<std::uint32_t>(link));
}

}  // namespace netlink
