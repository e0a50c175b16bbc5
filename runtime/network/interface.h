// A network interface that a container's new network namespace is to get, as an annotation asks for
// it: "dev.runtime.network.eth0" = "bridge=br0,address=10.1.0.2/24,gateway=10.1.0.1"
// (docs/networking.md). Pure: nothing here looks at the host.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "netlink/ip.h"
#include "netlink/mac.h"
#include "oci/describe.h"

namespace runtime::network {

using netlink::IpAddress;
using netlink::IpPrefix;
using netlink::MacAddress;

enum class Kind {
  Veth,     // a pair, whose other end is a port of a bridge of the host
  Macvlan,  // an address of its own on an interface of the host
};

// The values are the kernel's MACVLAN_MODE_*.
enum class MacvlanMode : std::uint32_t { Private = 1, Vepa = 2, Bridge = 4, Passthru = 8 };

struct Route {
  IpPrefix destination;
  std::optional<IpAddress> gateway;  // absent: on the link itself
};

struct Interface {
  std::string name;  // in the container
  Kind kind = Kind::Veth;
  std::string device;     // of the host: the bridge or, for macvlan, the parent
  std::uint32_t mtu = 0;  // bytes; 0: the kernel's choice
  std::optional<MacAddress> mac;
  std::vector<IpPrefix> addresses;
  std::vector<IpPrefix> automatic;  // networks from each of which one address is to be picked
  std::vector<IpAddress> gateways;  // of the default routes
  std::vector<Route> routes;

  // Of a veth only.
  std::string peer;        // the end that stays on the host; empty: any name
  bool create = false;     // the bridge, if there is none
  std::uint16_t vlan = 0;  // 0: as the bridge has it
  bool isolated = false;   // the other isolated ports are out of reach
  bool guard = false;      // a BPDU shuts the port down
  bool locked = false;     // frames with another source address than ours are dropped
  MacvlanMode mode = MacvlanMode::Bridge;  // of a macvlan only

  // The networks it is in: those of its addresses and those from which one is picked.
  std::vector<IpPrefix> networks() const;
};

// Those that the annotations ask for, in their order. Throws when one makes no sense, or two don't
// go together, with the annotation's pointer in front.
std::vector<Interface> parse_interfaces(const oci::Map<std::string>& annotations);

// In the words of an annotation.
std::string describe(const Interface& interface);

// "config.json: /annotations/dev.runtime.network.eth0"
std::string place_of(const std::string& interface);

}  // namespace runtime::network

template <>
struct oci::Names<runtime::network::Kind> {
  static constexpr NameOf<runtime::network::Kind> table[] = {
      {"veth", runtime::network::Kind::Veth},
      {"macvlan", runtime::network::Kind::Macvlan},
  };
};

template <>
struct oci::Names<runtime::network::MacvlanMode> {
  static constexpr NameOf<runtime::network::MacvlanMode> table[] = {
      {"bridge", runtime::network::MacvlanMode::Bridge},
      {"private", runtime::network::MacvlanMode::Private},
      {"vepa", runtime::network::MacvlanMode::Vepa},
      {"passthru", runtime::network::MacvlanMode::Passthru},
  };
};
