#include "netlink/bridge.h"

#include <linux/if_bridge.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

namespace netlink {

namespace {

std::uint8_t number_of(bool on) { return on ? 1 : 0; }

// PF_BRIDGE, where attributes of VLANs are understood.
void put_vlan(Message& message, int port, std::uint16_t vlan, std::uint16_t flags) {
  auto& fixed = message.put_fixed_part<ifinfomsg>();
  fixed.ifi_family = AF_BRIDGE;
  fixed.ifi_index = port;
  const bridge_vlan_info info{.flags = flags, .vid = vlan};
  message.put_nested(IFLA_AF_SPEC, [&] { message.put_number(IFLA_BRIDGE_VLAN_INFO, info); });
}

}  // namespace

NewBridge::NewBridge(const std::string& name, const MacAddress& mac, bool filters_vlans)
    : Message(RTM_NEWLINK, kCreateNew) {
  auto& fixed = put_fixed_part<ifinfomsg>();
  fixed.ifi_flags = IFF_UP;
  fixed.ifi_change = IFF_UP;
  put_text(IFLA_IFNAME, name);
  put(IFLA_ADDRESS, mac.bytes());
  put_nested(IFLA_LINKINFO, [&] {
    put_text(IFLA_INFO_KIND, "bridge");
    if (!filters_vlans) return;
    put_nested(IFLA_INFO_DATA, [&] { put_number(IFLA_BR_VLAN_FILTERING, number_of(true)); });
  });
}

FilterVlans::FilterVlans(int bridge) : Message(RTM_NEWLINK, NLM_F_ACK) {
  put_fixed_part<ifinfomsg>().ifi_index = bridge;
  put_nested(IFLA_LINKINFO, [&] {
    put_text(IFLA_INFO_KIND, "bridge");
    put_nested(IFLA_INFO_DATA, [&] { put_number(IFLA_BR_VLAN_FILTERING, number_of(true)); });
  });
}

OpenPort::OpenPort(int port, const PortSettings& settings, const std::string& alias)
    : Message(RTM_NEWLINK, NLM_F_ACK) {
  auto& fixed = put_fixed_part<ifinfomsg>();
  fixed.ifi_index = port;
  fixed.ifi_flags = IFF_UP;
  fixed.ifi_change = IFF_UP;
  put(IFLA_IFALIAS, alias);
  put_nested(IFLA_LINKINFO, [&] {
    put_text(IFLA_INFO_SLAVE_KIND, "bridge");
    put_nested(IFLA_INFO_SLAVE_DATA, [&] {
      put_number(IFLA_BRPORT_ISOLATED, number_of(settings.isolated));
      put_number(IFLA_BRPORT_GUARD, number_of(settings.guard));
      put_number(IFLA_BRPORT_LEARNING, number_of(!settings.locked));
      put_number(IFLA_BRPORT_LOCKED, number_of(settings.locked));
    });
  });
  // It is the bridge that has addresses, not its ports.
  put_nested(IFLA_AF_SPEC, [&] {
    put_nested(AF_INET6,
               [&] { put_number<std::uint8_t>(IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE); });
  });
}

JoinVlan::JoinVlan(int port, std::uint16_t vlan) : Message(RTM_SETLINK, NLM_F_ACK) {
  put_vlan(*this, port, vlan, BRIDGE_VLAN_INFO_PVID | BRIDGE_VLAN_INFO_UNTAGGED);
}

LeaveVlan::LeaveVlan(int port, std::uint16_t vlan) : Message(RTM_DELLINK, NLM_F_ACK) {
  put_vlan(*this, port, vlan, 0);
}

AddForwarding::AddForwarding(int port, const MacAddress& mac)
    : Message(RTM_NEWNEIGH, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE) {
  auto& fixed = put_fixed_part<ndmsg>();
  fixed.ndm_family = AF_BRIDGE;
  fixed.ndm_ifindex = port;
  fixed.ndm_state = NUD_NOARP;
  fixed.ndm_flags = NTF_MASTER;
  put(NDA_LLADDR, mac.bytes());
}

}  // namespace netlink
