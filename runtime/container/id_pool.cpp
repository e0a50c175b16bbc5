#include "runtime/container/id_pool.h"

#include <algorithm>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "oci/json_writer.h"
#include "runtime/lease/leases.h"

namespace runtime {

using base::BorrowedFd;
using base::cat;
using base::Error;
using base::OwnedFd;

namespace {

constexpr const char* kIdFolder = "/run/runtime-ids";
constexpr const char* kUser = "runtime";

struct IdLease {
  IdRange ids;
  Owner owner;
};

}  // namespace

}  // namespace runtime

template <>
struct oci::Describe<runtime::IdLease> {
  static constexpr auto fields = std::tuple{
      Field{"ids", &runtime::IdLease::ids, required},
      Field{"owner", &runtime::IdLease::owner, required},
  };
};

namespace runtime {

namespace {

std::vector<Ids> read_subordinate_ids(const char* file) {
  const auto text = sys::try_read_file(BorrowedFd::cwd(), file);
  std::vector<Ids> found = parse_subordinate_ids(text.bytes, kUser);
  if (!found.empty()) return found;
  throw Error(
      cat("no ids to take from: ", file, " has no line ", base::quoted("runtime:FIRST:COUNT")));
}

std::uint32_t choose(const std::vector<Ids>& pool, const std::vector<IdLease>& leases,
                     std::uint32_t IdRange::*first, std::uint32_t size, const char* file) {
  std::vector<Ids> taken;
  taken.reserve(leases.size());
  for (const IdLease& lease : leases) taken.push_back({lease.ids.*first, lease.ids.size});
  const auto start = find_free(pool, std::move(taken), size);
  if (start) return *start;
  throw Error(cat("no ", size, " consecutive ids of ", file, " are free, ", leases.size(),
                  " container(s) have some"));
}

}  // namespace

IdPool read_id_pool() {
  return {read_subordinate_ids("/etc/subuid"), read_subordinate_ids("/etc/subgid")};
}

std::vector<Ids> parse_subordinate_ids(std::string_view text, std::string_view user) {
  constexpr std::uint64_t kEnd = 0xffffffff;  // no id
  std::vector<Ids> found;
  for (const std::string_view line : base::split(text, '\n')) {
    const auto fields = base::split(line, ':');
    if (fields.size() != 3 || fields[0] != user) continue;
    const auto first = base::parse_int<std::uint32_t>(fields[1]);
    const auto count = base::parse_int<std::uint32_t>(fields[2]);
    if (first && count && *count > 0 && std::uint64_t{*first} + *count <= kEnd) {
      found.push_back({*first, *count});
    }
  }
  return found;
}

std::optional<std::uint32_t> find_free(const std::vector<Ids>& pool, std::vector<Ids> taken,
                                       std::uint32_t size) {
  std::sort(taken.begin(), taken.end(),
            [](const Ids& a, const Ids& b) { return a.first < b.first; });
  for (const Ids& range : pool) {
    std::uint64_t start = range.first;
    for (const Ids& each : taken) {
      const std::uint64_t end = std::uint64_t{each.first} + each.count;
      if (each.first >= start + size) break;
      if (end > start) start = end;
    }
    if (start + size <= std::uint64_t{range.first} + range.count) {
      return static_cast<std::uint32_t>(start);
    }
  }
  return std::nullopt;
}

IdRange lease_ids(const IdPool& pool, std::uint32_t size, const StateDir& container) {
  const OwnedFd folder = lock_leases(kIdFolder);
  const auto leases = live_leases<IdLease>(folder);
  IdLease lease{{}, borrower(container.fd())};
  lease.ids = {choose(pool.users, leases, &IdRange::uid, size, "/etc/subuid"),
               choose(pool.groups, leases, &IdRange::gid, size, "/etc/subgid"), size};
  sys::replace_file(folder, cat(lease.ids.uid), oci::write_json(lease), 0600);
  return lease.ids;
}

std::vector<std::string> find_lessees(const std::vector<Ids>& ranges) {
  std::vector<std::string> lessees(ranges.size());
  const auto folder = lock_leases_if_any(kIdFolder);
  if (!folder) return lessees;
  for (const IdLease& lease : live_leases<IdLease>(*folder)) {
    const std::uint64_t end = std::uint64_t{lease.ids.uid} + lease.ids.size;
    for (std::size_t at = 0; at < ranges.size(); ++at) {
      const Ids& range = ranges[at];
      const bool is_shared =
          range.first < end && lease.ids.uid < std::uint64_t{range.first} + range.count;
      if (is_shared) lessees[at] = lease.owner.state;
    }
  }
  return lessees;
}

void release_ids(const StateDir& container) {
  return_leases<IdLease>(kIdFolder, owner_of(container.fd()));
}

}  // namespace runtime
