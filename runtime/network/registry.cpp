#include "runtime/network/registry.h"

#include <algorithm>
#include <cerrno>

#include "base/attempt.h"
#include "base/error.h"
#include "base/file.h"
#include "base/rollback.h"
#include "base/text.h"
#include "oci/json_reader.h"
#include "oci/json_writer.h"
#include "runtime/lease/leases.h"
#include "runtime/network/pool.h"

namespace runtime::network {

using base::BorrowedFd;
using base::cat;
using base::Error;
using base::OwnedFd;
using netlink::IpAddress;
using netlink::IpPrefix;
using netlink::MacAddress;

namespace {

constexpr const char* kFolder = "/run/runtime-network";
constexpr const char* kBridgeNote = "bridge";

std::string folder_name(std::uint64_t host, std::string_view device) {
  return cat(host, '.', device);
}

// VLANs are networks of their own.
std::string address_suffix(std::uint16_t vlan) { return vlan == 0 ? "" : cat('@', vlan); }

std::string file_name(const IpAddress& address, std::uint16_t vlan) {
  return address.text() + address_suffix(vlan);
}

std::optional<IpAddress> parse_file_name(std::string_view name, std::uint16_t vlan) {
  const std::string suffix = address_suffix(vlan);
  if (!name.ends_with(suffix)) return std::nullopt;
  return IpAddress::parse(name.substr(0, name.size() - suffix.size()));
}

// What a writer that was killed has left: nobody writes while we hold the lock.
bool is_unfinished(const std::string& name) { return name.starts_with('.'); }

std::vector<std::string> address_files(const Attachment& attachment) {
  std::vector<std::string> names;
  for (const std::string& each : attachment.addresses) {
    const auto prefix = IpPrefix::parse(each);
    if (prefix) names.push_back(file_name(prefix->address, attachment.vlan));
  }
  return names;
}

// Empty if there is none, or what is there is no lease.
std::optional<Lease> read_lease(BorrowedFd segment, const std::string& name) {
  const auto file = sys::try_read_file(segment, name.c_str());
  if (file.error == ENOENT) return std::nullopt;
  if (file.error != 0) throw Error(cat("read lease ", name), file.error);
  return base::attempt(
      [&]() -> std::optional<Lease> { return oci::read_json<Lease>(name, file.bytes); });
}

std::vector<Lease> read_leases(BorrowedFd segment) {
  std::vector<Lease> leases;
  for (const std::string& name : sys::list_directory(segment)) {
    if (!MacAddress::parse(name)) continue;
    if (auto lease = read_lease(segment, name)) leases.push_back(std::move(*lease));
  }
  return leases;
}

// The file under the hardware address last, since it tells of the others.
void drop(BorrowedFd segment, const Lease& lease) {
  std::vector<std::string> names = address_files(lease.attachment);
  names.push_back(lease.attachment.mac);
  for (const std::string& name : names) {
    // Another's, if the taker was killed before it had taken all.
    const auto found = read_lease(segment, name);
    if (found && found->owner == lease.owner) sys::unlinkat_if_exists(segment, name.c_str(), 0);
  }
}

// The name is nobody's from here on, unless it is a living container's.
void make_way(BorrowedFd segment, const std::string& name) {
  const auto lease = read_lease(segment, name);
  if (!lease) {
    sys::unlinkat_if_exists(segment, name.c_str(), 0);
    return;
  }
  if (exists(lease->owner))
    throw Error(cat(name, " belongs to the container in ", lease->owner.state));
  drop(segment, *lease);
}

void drop_abandoned(BorrowedFd segment) {
  for (const Lease& lease : read_leases(segment)) {
    if (!exists(lease.owner)) drop(segment, lease);
  }
}

std::vector<IpAddress> taken_addresses(BorrowedFd segment, std::uint16_t vlan) {
  std::vector<IpAddress> taken;
  for (const std::string& name : sys::list_directory(segment)) {
    if (const auto address = parse_file_name(name, vlan)) taken.push_back(*address);
  }
  return taken;
}

IpAddress pick(BorrowedFd segment, const IpPrefix& network, std::uint16_t vlan,
               const std::vector<IpAddress>& reserved) {
  for (const bool is_last : {false, true}) {
    std::vector<IpAddress> taken = taken_addresses(segment, vlan);
    taken.insert(taken.end(), reserved.begin(), reserved.end());
    const auto found = lowest_free(network, std::move(taken));
    if (found) return *found;
    if (!is_last) drop_abandoned(segment);
  }
  throw Error(cat("address: none of ", network.text(), " is free"));
}

// Those it has been given by the config are not in the folder yet.
std::vector<IpAddress> with_own(std::vector<IpAddress> reserved, const Attachment& attachment) {
  for (const std::string& text : attachment.addresses) {
    reserved.push_back(IpPrefix::parse(text).value().address);
  }
  return reserved;
}

void make_way_for(BorrowedFd segment, const Attachment& attachment) {
  {
    const base::Context taking{[] { return "mac"; }};
    make_way(segment, attachment.mac);
  }
  const base::Context taking{[] { return "address"; }};
  for (const std::string& name : address_files(attachment)) make_way(segment, name);
}

}  // namespace

std::uint64_t this_host() {
  return sys::fstat(sys::openat(BorrowedFd::cwd(), "/proc/self/ns/net", O_PATH)).st_ino;
}

Registry Registry::open() { return Registry(lock_leases(kFolder)); }

std::optional<Registry> Registry::open_if_exists() {
  auto folder = lock_leases_if_any(kFolder);
  if (!folder) return std::nullopt;
  return Registry(std::move(*folder));
}

OwnedFd Registry::segment(std::uint64_t host, const std::string& device) {
  const std::string name = folder_name(host, device);
  sys::mkdirat_if_absent(folder_, name.c_str(), 0700);
  return sys::openat(folder_, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
}

std::optional<OwnedFd> Registry::segment_if_exists(std::uint64_t host,
                                                   const std::string& device) const {
  return sys::open_if_exists(folder_, folder_name(host, device).c_str(),
                             O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
}

void Registry::take(Attachment& attachment, const std::vector<IpPrefix>& automatic,
                    const std::vector<IpAddress>& reserved, const Owner& owner) {
  const OwnedFd folder = segment(attachment.host, attachment.device);
  make_way_for(folder, attachment);
  std::vector<IpAddress> others = with_own(reserved, attachment);
  for (const IpPrefix& network : automatic) {
    const IpAddress address = pick(folder, network, attachment.vlan, others);
    attachment.addresses.push_back(IpPrefix{address, network.length}.text());
    others.push_back(address);
  }
  const Lease lease{owner, attachment};
  sys::replace_file(folder, attachment.mac, oci::write_json(lease), 0600);
  base::Rollback give_back{[&] { drop(folder, lease); }};
  for (const std::string& name : address_files(attachment)) {
    sys::linkat(folder, attachment.mac.c_str(), folder, name.c_str());
  }
  give_back.commit();
}

void Registry::release(const Attachment& attachment, const Owner& owner) {
  const auto folder = segment_if_exists(attachment.host, attachment.device);
  if (!folder) return;
  const auto lease = read_lease(*folder, attachment.mac);
  if (lease && lease->owner == owner) drop(*folder, *lease);
}

std::optional<MacAddress> Registry::made_bridge(std::uint64_t host,
                                                const std::string& device) const {
  const auto folder = segment_if_exists(host, device);
  if (!folder) return std::nullopt;
  return MacAddress::parse(sys::try_read_file(*folder, kBridgeNote).bytes);
}

void Registry::note_bridge(std::uint64_t host, const std::string& device, const MacAddress& mac) {
  sys::replace_file(segment(host, device), kBridgeNote, mac.text(), 0600);
}

bool Registry::is_used(std::uint64_t host, const std::string& device) const {
  const auto folder = segment_if_exists(host, device);
  if (!folder) return false;
  const std::vector<std::string> names = sys::list_directory(*folder);
  return std::any_of(names.begin(), names.end(), [](const std::string& name) {
    return name != kBridgeNote && !is_unfinished(name);
  });
}

void Registry::forget(std::uint64_t host, const std::string& device) {
  const auto folder = segment_if_exists(host, device);
  if (!folder) return;
  for (const std::string& name : sys::list_directory(*folder)) {
    if (is_unfinished(name)) sys::unlinkat_if_exists(*folder, name.c_str(), 0);
  }
  sys::unlinkat_if_exists(*folder, kBridgeNote, 0);
  sys::unlinkat_if_exists(folder_, folder_name(host, device).c_str(), AT_REMOVEDIR);
}

std::vector<Segment> Registry::segments() const {
  std::vector<Segment> segments;
  for (const std::string& name : sys::list_directory(folder_)) {
    const std::size_t dot = name.find('.');
    const auto host = base::parse_int<std::uint64_t>(std::string_view(name).substr(0, dot));
    if (!host || dot == std::string::npos) continue;
    Segment segment{*host, name.substr(dot + 1), {}, {}};
    const auto folder = segment_if_exists(segment.host, segment.device);
    if (!folder) continue;
    segment.made = made_bridge(segment.host, segment.device);
    segment.leases = read_leases(*folder);
    segments.push_back(std::move(segment));
  }
  return segments;
}

std::vector<Lease> Registry::leases_of(const Owner& owner) const {
  std::vector<Lease> own;
  for (const Segment& segment : segments()) {
    for (const Lease& lease : segment.leases) {
      if (lease.owner == owner) own.push_back(lease);
    }
  }
  return own;
}

}  // namespace runtime::network
