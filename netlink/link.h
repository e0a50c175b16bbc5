// What we ask of network interfaces, and what the kernel says of them (rtnetlink(7)). The builders
// are pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "base/fd.h"
#include "netlink/mac.h"
#include "netlink/message.h"
#include "netlink/socket.h"

namespace netlink {

// An interface as the kernel describes it.
struct Link {
  int index = 0;
  std::string name;
  std::string kind;  // "veth", "bridge"…; empty of a physical one
  MacAddress mac;
  int master = 0;  // index; 0: none
  bool up = false;
  bool loopback = false;
  bool filters_vlans = false;  // of a bridge
  bool isolated = false;       // of a bridge's port
  bool locked = false;         // of a bridge's port
};

// Empty when there is none of that name in the socket's network namespace.
std::optional<Link> find_link(Socket& socket, const std::string& name);
// Those that have this one as their master.
std::vector<Link> ports_of(Socket& socket, int master);

// In which network namespace an interface shall be: of a process, as we number it, or by
// descriptor.
struct NetworkNamespace {
  pid_t pid = 0;
  std::optional<base::BorrowedFd> ns;
};

// One end of a pair. An mtu of 0 is the kernel's choice.
struct VethEnd {
  std::string name;
  MacAddress mac;
  std::uint32_t mtu = 0;
};

// A pair with one end here, on a master, and the other there from its birth (veth(4)). Both down.
class NewVeth : public Message {
 public:
  NewVeth(const VethEnd& here, int master, const VethEnd& there, const NetworkNamespace& where);
};

// An interface of its own with the traffic of `parent`, which is here. `mode` is MACVLAN_MODE_*.
class NewMacvlan : public Message {
 public:
  NewMacvlan(const VethEnd& end, int parent, std::uint32_t mode, const NetworkNamespace& where);
};

// "Set this interface up", its other flags untouched.
class SetLinkUp : public Message {
 public:
  explicit SetLinkUp(int index);
};

// To another namespace under another name, in one step.
class MoveLink : public Message {
 public:
  MoveLink(int index, const std::string& name, const NetworkNamespace& where);
};

class SetMaster : public Message {
 public:
  SetMaster(int index, int master);
};

class DeleteLink : public Message {
 public:
  explicit DeleteLink(int index);
};

}  // namespace netlink
