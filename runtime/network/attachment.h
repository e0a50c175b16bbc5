// What has been made for an interface of a container, as its record and the registry keep it:
// enough to find it again and to remove it.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "oci/describe.h"

namespace runtime::network {

struct Attachment {
  std::uint64_t host = 0;              // the inode of the network namespace that the device is in
  std::string device;                  // of the host: the bridge, or the parent
  std::string interface;               // in the container
  std::string mac;                     // there
  std::vector<std::string> addresses;  // there, with prefixes
  std::uint16_t vlan = 0;
  std::string peer;      // the end of a pair that is on the host; empty of other kinds
  std::string peer_mac;  // with which it was born: by name and address it is known again
};

}  // namespace runtime::network

template <>
struct oci::Describe<runtime::network::Attachment> {
  using Attachment = runtime::network::Attachment;
  static constexpr auto fields = std::tuple{
      Field{"host", &Attachment::host, required},
      Field{"device", &Attachment::device, required},
      Field{"interface", &Attachment::interface, required},
      Field{"mac", &Attachment::mac, required},
      Field{"addresses", &Attachment::addresses},
      Field{"vlan", &Attachment::vlan},
      Field{"peer", &Attachment::peer},
      Field{"peerMac", &Attachment::peer_mac},
  };
};
