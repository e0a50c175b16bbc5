#include "runtime/network/inventory.h"

#include <algorithm>

#include "runtime/network/bridge.h"
#include "runtime/network/host_side.h"
#include "runtime/network/registry.h"

namespace runtime::network {

namespace {

Entry entry_of(const Lease& lease) {
  const std::string& state = lease.owner.state;
  return {exists(lease.owner) ? Use::Used : Use::Orphaned, state.substr(state.rfind('/') + 1),
          lease.attachment, lease.owner};
}

void append(std::vector<Entry>& entries, const Segment& segment) {
  std::vector<Entry> attached;
  for (const Lease& lease : segment.leases) attached.push_back(entry_of(lease));
  std::sort(attached.begin(), attached.end(),
            [](const Entry& a, const Entry& b) { return a.container < b.container; });
  if (segment.made) {
    Entry bridge;
    bridge.use = attached.empty() ? Use::Unused : Use::Used;
    bridge.attachment.host = segment.host;
    bridge.attachment.device = segment.device;
    entries.push_back(std::move(bridge));
  }
  entries.insert(entries.end(), attached.begin(), attached.end());
}

}  // namespace

std::vector<Entry> list_entries() {
  std::vector<Entry> entries;
  const auto registry = Registry::open_if_exists();
  if (!registry) return entries;
  std::vector<Segment> segments = registry->segments();
  std::sort(segments.begin(), segments.end(),
            [](const Segment& a, const Segment& b) { return a.device < b.device; });
  for (const Segment& segment : segments) append(entries, segment);
  return entries;
}

std::vector<Entry> list_entries_here() {
  std::vector<Entry> entries = list_entries();
  const std::uint64_t here = this_host();
  std::erase_if(entries, [&](const Entry& entry) { return entry.attachment.host != here; });
  return entries;
}

void remove_entry(const Entry& entry) {
  if (!entry.is_bridge()) return disconnect({entry.attachment}, entry.owner);
  auto registry = Registry::open_if_exists();
  if (registry) remove_unused_bridge(*registry, entry.attachment.device);
}

}  // namespace runtime::network
