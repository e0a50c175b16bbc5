// Which container has which address on which bridge or parent, and which bridges are ours
// (docs/decisions/networking.md).
//
// Below /run/runtime-network is a folder for each device that containers are attached to, and in it
// a file for each attachment, under its hardware address, with a further link for each of its IP
// addresses: so to ask for an address, to pick a free one and to give it back takes no look at the
// others' files. One lock for all of it, held as long as the object lives.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "netlink/ip.h"
#include "netlink/mac.h"
#include "runtime/lease/owner.h"
#include "runtime/network/attachment.h"

namespace runtime::network {

// What is written down about an attachment.
struct Lease {
  Owner owner;
  Attachment attachment;
};

// A device with its folder.
struct Segment {
  std::uint64_t host = 0;  // the network namespace's inode
  std::string device;
  std::optional<netlink::MacAddress> made;  // it is a bridge, and we made it with this address
  std::vector<Lease> leases;
};

// The network namespace we are in, by its inode.
std::uint64_t this_host();

class Registry {
 public:
  static Registry open();
  // Empty when no container ever had a network of ours.
  static std::optional<Registry> open_if_exists();

  // Writes the attachment down as the owner's, with an address more for each network in
  // `automatic`, none of them in `reserved`. Throws when its hardware address or one of the others
  // is another living container's, or a network has none left.
  void take(Attachment& attachment, const std::vector<netlink::IpPrefix>& automatic,
            const std::vector<netlink::IpAddress>& reserved, const Owner& owner);
  // No effect if it is not (any longer) the owner's.
  void release(const Attachment& attachment, const Owner& owner);

  // The hardware address of the bridge, if we made it.
  std::optional<netlink::MacAddress> made_bridge(std::uint64_t host,
                                                 const std::string& device) const;
  void note_bridge(std::uint64_t host, const std::string& device, const netlink::MacAddress& mac);
  // Whether an attachment to the device is left, be it a crashed container's.
  bool is_used(std::uint64_t host, const std::string& device) const;
  // The device, which is not used.
  void forget(std::uint64_t host, const std::string& device);

  // All there is, of every namespace; what can't be read is left out.
  std::vector<Segment> segments() const;
  std::vector<Lease> leases_of(const Owner& owner) const;

 private:
  explicit Registry(base::OwnedFd folder) : folder_(std::move(folder)) {}
  base::OwnedFd segment(std::uint64_t host, const std::string& device);
  std::optional<base::OwnedFd> segment_if_exists(std::uint64_t host,
                                                 const std::string& device) const;

  base::OwnedFd folder_;
};

}  // namespace runtime::network

template <>
struct oci::Describe<runtime::network::Lease> {
  static constexpr auto fields = std::tuple{
      Field{"owner", &runtime::network::Lease::owner, required},
      Field{"attachment", &runtime::network::Lease::attachment, required},
  };
};
