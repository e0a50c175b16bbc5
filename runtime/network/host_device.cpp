#include "runtime/network/host_device.h"

#include <cerrno>
#include <linux/sched.h>
#include <optional>

#include "base/attempt.h"
#include "base/error.h"
#include "base/file.h"
#include "base/interface.h"
#include "base/namespace.h"
#include "base/rollback.h"
#include "base/text.h"
#include "oci/json_pointer.h"

namespace runtime::network {

using base::BorrowedFd;
using base::cat;
using base::Error;
using base::OwnedFd;
using netlink::Socket;

namespace {

std::string place_of_name(const std::string& host_name) {
  return cat("config.json: ", oci::member_pointer("/linux/netDevices", host_name));
}

HostDevice inspect(Socket& host, const std::string& host_name, const oci::NetDevice& device) {
  const base::Context inspecting{[&] { return place_of_name(host_name); }};
  const auto link = netlink::find_link(host, host_name);
  if (!link) throw Error("the host has no such device");
  if (link->loopback) throw Error("the loopback interface can't be moved");
  return {*link, device.name.empty() ? host_name : device.name,
          netlink::global_permanent_addresses(host, link->index)};
}

// The kernel renames what has moved: if it can't, the device is there under its old name, and the
// new one is another's.
std::optional<netlink::Link> find_moved(Socket& inside, const HostDevice& device) {
  for (const std::string& name : {device.name, device.link.name}) {
    const auto link = netlink::find_link(inside, name);
    if (link && link->kind == device.link.kind && link->mac == device.link.mac) return link;
  }
  return std::nullopt;
}

void restore(Socket& host, const HostDevice& device) {
  const int index = sys::Interfaces().index_of(device.link.name);
  if (device.link.master != 0) {
    netlink::SetMaster master(index, device.link.master);
    host.request(master);
  }
  if (device.link.up) {
    netlink::SetLinkUp up(index);
    host.request(up);
  }
  for (const netlink::LinkAddress& address : device.addresses) {
    netlink::NewAddress addition(index, address);
    host.request(addition);
  }
}

}  // namespace

std::string place_of(const HostDevice& device) { return place_of_name(device.link.name); }

std::vector<HostDevice> inspect_devices(const oci::Map<oci::NetDevice>& devices) {
  std::vector<HostDevice> inspected;
  if (devices.empty()) return inspected;
  Socket host;
  for (const auto& [name, device] : devices) inspected.push_back(inspect(host, name, device));
  return inspected;
}

void move_devices(const std::vector<HostDevice>& devices, const netlink::NetworkNamespace& where) {
  Socket host;
  for (const HostDevice& device : devices) {
    const base::Context moving{[&] { return place_of(device); }};
    netlink::MoveLink move(device.link.index, device.name, where);
    const netlink::Reply reply = host.try_request(move);
    if (reply.error == EEXIST) {
      throw Error(cat("the container has an interface ", base::quoted(device.name), " already"));
    }
    netlink::require(reply);
  }
}

namespace {

// What can't be done for one, because its name is taken for instance, is done for the others.
// Whether it was done.
template <typename Step>
bool attempt_return(const HostDevice& device, Step step) {
  const auto done = base::attempt_or_warn([&] {
    const base::Context returning{[&] { return cat(place_of(device), ": back to the host"); }};
    return std::optional(step());
  });
  return done.value_or(false);
}

// False when it isn't there, or never was.
bool move_back(Socket& inside, const HostDevice& device, BorrowedFd host) {
  const auto moved = find_moved(inside, device);
  if (!moved) return false;
  netlink::MoveLink move(moved->index, device.link.name, {0, host});
  inside.request(move);
  return true;
}

}  // namespace

void return_devices(const std::vector<HostDevice>& devices, BorrowedFd ns) {
  const OwnedFd here = sys::openat(BorrowedFd::cwd(), "/proc/self/ns/net", O_RDONLY);
  std::vector<const HostDevice*> returned;
  Socket host;
  {
    sys::setns(ns, CLONE_NEWNET);
    const base::Rollback leave{[&] { sys::setns(here, CLONE_NEWNET); }};
    Socket inside;
    for (const HostDevice& device : devices) {
      const bool moved = attempt_return(device, [&] { return move_back(inside, device, here); });
      if (moved) returned.push_back(&device);
    }
  }
  for (const HostDevice* device : returned) {
    attempt_return(*device, [&] {
      restore(host, *device);
      return true;
    });
  }
}

}  // namespace runtime::network
