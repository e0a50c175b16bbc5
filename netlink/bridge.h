// Bridges and their ports: bridge(8)'s settings as messages. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "netlink/mac.h"
#include "netlink/message.h"

namespace netlink {

// Every port is in it, untagged, until it is told otherwise.
inline constexpr std::uint16_t kDefaultVlan = 1;
inline constexpr std::uint16_t kLastVlan = 4094;

// Without spanning tree, so that ports forward at once. An address of its own, because one that
// follows the ports' would change as they come and go.
class NewBridge : public Message {
 public:
  NewBridge(const std::string& name, const MacAddress& mac, bool filters_vlans);
};

class FilterVlans : public Message {
 public:
  explicit FilterVlans(int bridge);
};

struct PortSettings {
  bool isolated = false;  // it exchanges frames with ports only that are not (Linux 4.18)
  bool guard = false;     // a BPDU from it shuts it down
  bool locked = false;    // only from addresses that were added to it, and it learns none (5.16)
};

// The port's settings and, for people, whose it is; then it is set up.
class OpenPort : public Message {
 public:
  OpenPort(int port, const PortSettings& settings, const std::string& alias);
};

// The port's frames without a tag are of that VLAN, and it is sent that VLAN's without a tag.
class JoinVlan : public Message {
 public:
  JoinVlan(int port, std::uint16_t vlan);
};

class LeaveVlan : public Message {
 public:
  LeaveVlan(int port, std::uint16_t vlan);
};

// The address is behind this port, now and for ever.
class AddForwarding : public Message {
 public:
  AddForwarding(int port, const MacAddress& mac);
};

}  // namespace netlink
