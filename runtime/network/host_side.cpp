#include "runtime/network/host_side.h"

#include <algorithm>
#include <cerrno>

#include "base/error.h"
#include "base/interface.h"
#include "base/process.h"
#include "base/random.h"
#include "base/rollback.h"
#include "base/text.h"
#include "netlink/address.h"
#include "netlink/bridge.h"
#include "netlink/link.h"
#include "runtime/network/bridge.h"
#include "runtime/network/registry.h"

namespace runtime::network {

using base::cat;
using base::Error;
using base::quoted;
using netlink::Link;
using netlink::Socket;

namespace {

// --- before anything is made ---------------------------------------------------------------------

void check_parent(Socket& host, const Interface& interface) {
  const auto parent = netlink::find_link(host, interface.device);
  if (!parent) throw Error(cat("parent: the host has no interface ", quoted(interface.device)));
  if (parent->loopback)
    throw Error(cat("parent: ", interface.device, " is the loopback interface"));
}

void check_peer(const Interface& interface) {
  if (interface.peer.empty() || !sys::Interfaces().index_if_exists(interface.peer)) return;
  throw Error(cat("peer: the host has an interface ", quoted(interface.peer), " already"));
}

// Its hosts would each take the other's traffic.
void check_not_the_devices_own(Socket& host, const Interface& interface) {
  const auto index = sys::Interfaces().index_if_exists(interface.device);
  if (!index || interface.vlan != 0) return;
  const auto taken = netlink::global_permanent_addresses(host, *index);
  for (const IpPrefix& own : interface.addresses) {
    const auto same = [&](const netlink::LinkAddress& each) {
      return each.prefix.address == own.address;
    };
    if (std::none_of(taken.begin(), taken.end(), same)) continue;
    throw Error(cat("address: ", own.address.text(), " is ", interface.device, "'s own"));
  }
}

// --- the addresses -------------------------------------------------------------------------------

// Not to be given to anybody: those of the network's routers.
std::vector<IpAddress> reserved_addresses(const Interface& interface) {
  std::vector<IpAddress> reserved = interface.gateways;
  for (const Route& route : interface.routes) {
    if (route.gateway) reserved.push_back(*route.gateway);
  }
  const auto index = sys::Interfaces().index_if_exists(interface.device);
  if (!index || interface.automatic.empty()) return reserved;
  Socket host;
  for (const auto& each : netlink::global_permanent_addresses(host, *index)) {
    reserved.push_back(each.prefix.address);
  }
  return reserved;
}

// What isn't said is chosen by chance, so that it is nobody else's.
void choose_names(Interface& interface) {
  if (!interface.mac) interface.mac = MacAddress::random();
  if (interface.kind == Kind::Veth && interface.peer.empty()) {
    interface.peer = cat("veth", sys::random_hex(5));
  }
}

Attachment attachment_of(const Interface& interface, std::uint64_t host) {
  Attachment attachment;
  attachment.host = host;
  attachment.device = interface.device;
  attachment.interface = interface.name;
  attachment.mac = interface.mac->text();
  attachment.vlan = interface.vlan;
  for (const IpPrefix& each : interface.addresses) attachment.addresses.push_back(each.text());
  if (interface.kind == Kind::Veth) {
    attachment.peer = interface.peer;
    attachment.peer_mac = MacAddress::random().text();
  }
  return attachment;
}

Attachment take(Interface& interface, std::uint64_t host, Registry& registry, const Owner& owner) {
  const base::Context taking{[&] { return place_of(interface.name); }};
  choose_names(interface);
  Attachment attachment = attachment_of(interface, host);
  registry.take(attachment, interface.automatic, reserved_addresses(interface), owner);
  interface.automatic.clear();
  interface.addresses.clear();
  for (const std::string& each : attachment.addresses) {
    interface.addresses.push_back(IpPrefix::parse(each).value());
  }
  return attachment;
}

// --- the links -----------------------------------------------------------------------------------

// A kernel that doesn't know a setting passes over it.
void check_port(Socket& host, const Interface& interface) {
  if (!interface.isolated && !interface.locked) return;
  const auto port = netlink::find_link(host, interface.peer);
  if (!port) throw Error(cat("the host's end ", quoted(interface.peer), " is gone"));
  if (interface.isolated && !port->isolated) throw Error("isolated: takes Linux 4.18");
  if (interface.locked && !port->locked) throw Error("locked: takes Linux 5.16");
}

void join_vlan(Socket& host, int port, std::uint16_t vlan) {
  netlink::JoinVlan join(port, vlan);
  host.request(join);
  if (vlan == netlink::kDefaultVlan) return;
  netlink::LeaveVlan leave(port, netlink::kDefaultVlan);
  // The bridge may have been told to put new ports into none.
  const netlink::Reply reply = host.try_request(leave);
  if (reply.error != ENOENT) netlink::require(reply);
}

// From here on the port takes part in the bridge's traffic, with all that limits it in place.
void open_port(Socket& host, const Interface& interface, const std::string& label) {
  const int port = sys::Interfaces().index_of(interface.peer);
  if (interface.vlan != 0) join_vlan(host, port, interface.vlan);
  if (interface.locked) {
    netlink::AddForwarding forwarding(port, *interface.mac);
    host.request(forwarding);
  }
  netlink::OpenPort open(port, {interface.isolated, interface.guard, interface.locked}, label);
  host.request(open);
  check_port(host, interface);
}

void make_veth(Socket& host, const Interface& interface, const Attachment& attachment, pid_t pid,
               const std::string& label) {
  const int bridge = provide_bridge(host, interface);
  netlink::NewVeth pair(
      {interface.peer, MacAddress::parse(attachment.peer_mac).value(), interface.mtu}, bridge,
      {interface.name, *interface.mac, interface.mtu}, {pid, {}});
  host.request(pair);
  open_port(host, interface, label);
}

void make_macvlan(Socket& host, const Interface& interface, pid_t pid) {
  netlink::NewMacvlan link({interface.name, *interface.mac, interface.mtu},
                           sys::Interfaces().index_of(interface.device),
                           static_cast<std::uint32_t>(interface.mode), {pid, {}});
  host.request(link);
}

// --- their end -----------------------------------------------------------------------------------

// Both ends of a pair go with the network namespace that one of them is in, which the kernel takes
// apart as soon as nobody is in it: usually it has done so by now, while to delete a link takes
// some 15 ms (docs/decisions/networking.md). Someone may hold the namespace, though.
bool goes_by_itself(const std::string& link) {
  constexpr int kPatience = 25'000;  // us
  constexpr int kLongestPause = 800;
  const sys::Interfaces host;
  int pause = 100;
  for (int waited = 0; waited < kPatience; waited += pause) {
    if (!host.index_if_exists(link)) return true;
    sys::sleep_us(pause);
    pause = std::min(2 * pause, kLongestPause);
  }
  return false;
}

void remove_peer(const Attachment& attachment) {
  if (attachment.peer.empty() || goes_by_itself(attachment.peer)) return;
  Socket host;
  const auto link = netlink::find_link(host, attachment.peer);
  // Another's, that was given the name since.
  if (!link || link->kind != "veth" || link->mac.text() != attachment.peer_mac) return;
  netlink::DeleteLink removal(link->index);
  const netlink::Reply reply = host.try_request(removal);
  if (reply.error != ENODEV) netlink::require(reply);
}

}  // namespace

void check_host(const std::vector<Interface>& interfaces) {
  if (interfaces.empty()) return;
  Socket host;
  for (const Interface& interface : interfaces) {
    const base::Context checking{[&] { return place_of(interface.name); }};
    if (interface.kind == Kind::Veth) {
      check_bridge(host, interface);
      check_peer(interface);
    } else {
      check_parent(host, interface);
    }
    check_not_the_devices_own(host, interface);
  }
}

std::vector<Attachment> take_addresses(std::vector<Interface>& interfaces, const Owner& owner) {
  std::vector<Attachment> attachments;
  if (interfaces.empty()) return attachments;
  base::Rollback give_back{[&] { disconnect(attachments, owner); }};
  Registry registry = Registry::open();
  const std::uint64_t host = this_host();
  for (Interface& interface : interfaces) {
    attachments.push_back(take(interface, host, registry, owner));
  }
  give_back.commit();
  return attachments;
}

void connect(const std::vector<Interface>& interfaces, const std::vector<Attachment>& attachments,
             pid_t pid, const std::string& label) {
  if (interfaces.empty()) return;
  Socket host;
  for (std::size_t i = 0; i < interfaces.size(); ++i) {
    const Interface& interface = interfaces[i];
    const base::Context making{[&] { return place_of(interface.name); }};
    if (interface.kind == Kind::Veth) {
      make_veth(host, interface, attachments[i], pid, label);
    } else {
      make_macvlan(host, interface, pid);
    }
  }
}

void disconnect(const std::vector<Attachment>& attachments, const Owner& owner) {
  if (attachments.empty()) return;
  const std::uint64_t here = this_host();
  for (const Attachment& attachment : attachments) {
    // In another network namespace than the one it was made in we can't see it.
    if (attachment.host == here) remove_peer(attachment);
  }
  auto registry = Registry::open_if_exists();
  if (!registry) return;
  for (const Attachment& attachment : attachments) {
    registry->release(attachment, owner);
    if (attachment.host == here) remove_unused_bridge(*registry, attachment.device);
  }
}

void disconnect_all(const Owner& owner) {
  std::vector<Attachment> attachments;
  {
    const auto registry = Registry::open_if_exists();
    if (!registry) return;
    for (const Lease& lease : registry->leases_of(owner)) attachments.push_back(lease.attachment);
  }
  disconnect(attachments, owner);
  // Or it was killed before it had any.
  auto registry = Registry::open();
  const std::uint64_t here = this_host();
  for (const Segment& segment : registry.segments()) {
    if (segment.host == here) remove_unused_bridge(registry, segment.device);
  }
}

}  // namespace runtime::network
