// What the runtime has made on the host for containers' networks, and whose it is: for `network ls`
// and `network rm`.
#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "oci/describe.h"
#include "runtime/lease/owner.h"
#include "runtime/network/attachment.h"

namespace runtime::network {

enum class Use {
  Used,      // its container is there; of a bridge: one that is attached is
  Orphaned,  // its container's state is gone
  Unused,    // a bridge that nothing is attached to
};

// An attachment, or a bridge of our making, which is one without an interface.
struct Entry {
  Use use = Use::Used;
  std::string container;  // its ID
  Attachment attachment;
  Owner owner;

  bool is_bridge() const noexcept { return attachment.interface.empty(); }
};

// By device; a bridge of ours before what is attached to it.
std::vector<Entry> list_entries();
// Of the network namespace that the caller is in.
std::vector<Entry> list_entries_here();

// What nobody needs of it any longer: the link, the addresses, the bridge. It must not be in use.
void remove_entry(const Entry& entry);

}  // namespace runtime::network

template <>
struct oci::Names<runtime::network::Use> {
  static constexpr NameOf<runtime::network::Use> table[] = {
      {"used", runtime::network::Use::Used},
      {"orphaned", runtime::network::Use::Orphaned},
      {"unused", runtime::network::Use::Unused},
  };
};

template <>
struct oci::Describe<runtime::network::Entry> {
  using Entry = runtime::network::Entry;
  static constexpr auto fields = std::tuple{
      Field{"use", &Entry::use, required},
      Field{"container", &Entry::container},
      Field{"attachment", &Entry::attachment},
      Field{"owner", &Entry::owner},
  };
};
