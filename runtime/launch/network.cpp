#include "runtime/launch/network.h"

#include <algorithm>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "oci/annotations.h"
#include "runtime/network/host_side.h"
#include "runtime/network/registry.h"

namespace runtime {

using base::cat;
using base::Error;
using base::OwnedFd;
using oci::NamespaceType;

namespace {

const JoinedNamespace* find_joined_network(const std::vector<JoinedNamespace>& joined) {
  const auto found = std::find_if(joined.begin(), joined.end(), [](const JoinedNamespace& each) {
    return each.type == NamespaceType::Network;
  });
  return found != joined.end() ? &*found : nullptr;
}

// Whoever gives a namespace furnishes it, as engines do with CNI or netavark.
void check_interfaces(const std::vector<network::Interface>& interfaces, const oci::Linux& linux,
                      const Caller& caller) {
  if (interfaces.empty()) return;
  const base::Context checking{[&] { return network::place_of(interfaces.front().name); }};
  const oci::Namespace* own = oci::find_namespace(linux, NamespaceType::Network);
  if (own == nullptr) throw Error("needs a network namespace, and the container shares the host's");
  if (!own->path.empty()) {
    throw Error(cat("needs a new network namespace, and /linux/namespaces gives a path: ",
                    base::quoted(own->path)));
  }
  if (!caller.may_administer()) throw Error("takes root");
}

void check_right(const oci::Linux& linux, const Caller& caller) {
  if (linux.net_devices.empty() || caller.may_administer()) return;
  throw Error("config.json: /linux/netDevices: takes root");
}

void check_devices(const network::Plan& plan, const std::vector<JoinedNamespace>& joined) {
  if (plan.devices.empty()) return;
  const base::Context checking{[] { return "config.json: /linux/netDevices"; }};
  const JoinedNamespace* network = find_joined_network(joined);
  if (network != nullptr && sys::fstat(network->fd).st_ino == network::this_host()) {
    throw Error("the container's network namespace is the runtime's own");
  }
}

void check_names(const network::Plan& plan) {
  for (const network::HostDevice& device : plan.devices) {
    const auto same = [&](const network::Interface& each) { return each.name == device.name; };
    if (std::none_of(plan.interfaces.begin(), plan.interfaces.end(), same)) continue;
    throw Error(cat(network::place_of(device.name), ": /linux/netDevices has a ",
                    base::quoted(device.name), " too"));
  }
}

void set_annotation(oci::Map<std::string>& annotations, const std::string& key, std::string value) {
  const auto there = std::find_if(annotations.begin(), annotations.end(),
                                  [&](const auto& each) { return each.first == key; });
  if (there != annotations.end()) {
    there->second = std::move(value);
  } else {
    annotations.emplace_back(key, std::move(value));
  }
}

}  // namespace

network::Plan plan_network(const oci::Config& config, const std::vector<JoinedNamespace>& joined,
                           const Caller& caller) {
  network::Plan plan;
  plan.interfaces = network::parse_interfaces(config.annotations);
  check_interfaces(plan.interfaces, *config.linux, caller);
  network::check_host(plan.interfaces);
  check_right(*config.linux, caller);
  plan.devices = network::inspect_devices(config.linux->net_devices);
  check_devices(plan, joined);
  check_names(plan);
  return plan;
}

std::vector<network::Attachment> take_addresses(network::Plan& plan, const StateDir& container,
                                                oci::Config& config) {
  if (plan.interfaces.empty()) return {};
  auto attachments = network::take_addresses(plan.interfaces, borrower(container.fd()));
  for (const network::Interface& each : plan.interfaces) {
    set_annotation(config.annotations, cat(oci::annotation::interface, each.name),
                   network::describe(each));
  }
  return attachments;
}

OwnedFd open_device_namespace(const network::Plan& plan, const std::vector<JoinedNamespace>& joined,
                              pid_t init) {
  if (plan.devices.empty()) return {};
  const JoinedNamespace* network = find_joined_network(joined);
  if (network != nullptr) return base::duplicate(network->fd);
  return sys::openat(base::BorrowedFd::cwd(), cat("/proc/", init, "/ns/net").c_str(), O_RDONLY);
}

void furnish_network(const network::Plan& plan, const Record& record, pid_t init,
                     base::BorrowedFd device_namespace) {
  network::connect(plan.interfaces, record.network, init, cat("runtime: ", record.id));
  if (!plan.devices.empty()) network::move_devices(plan.devices, {0, device_namespace});
}

}  // namespace runtime
