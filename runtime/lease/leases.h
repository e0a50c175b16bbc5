// What is lent to containers, each thing to one living container at a time: ids, categories,
// addresses.
//
// Who has what is in small files of a folder below /run, the same whatever --root says, under one
// lock. A file whose container's state folder is gone counts for nothing, so a crash between any
// two steps loses nothing and lends nothing twice.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/attempt.h"
#include "base/error.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/text.h"
#include "oci/json_reader.h"
#include "runtime/lease/owner.h"

namespace runtime {

// The folder, locked as long as it lives. The first makes it if it isn't there.
base::OwnedFd lock_leases(const char* folder);
std::optional<base::OwnedFd> lock_leases_if_any(const char* folder);

// The leases that `keep` is true of; the files of the others, and what is no lease, are removed.
// A Lease has an `owner`.
template <typename Lease>
std::vector<Lease> sift_leases(base::BorrowedFd folder,
                               const std::function<bool(const Lease&)>& keep) {
  std::vector<Lease> kept;
  for (const std::string& name : sys::list_directory(folder)) {
    const auto file = sys::try_read_file(folder, name.c_str());
    // It may well be somebody's.
    if (file.error != 0) throw base::Error(base::cat("read lease ", name), file.error);
    auto lease = base::attempt(
        [&]() -> std::optional<Lease> { return oci::read_json<Lease>(name, file.bytes); });
    if (lease && keep(*lease)) {
      kept.push_back(std::move(*lease));
    } else {
      sys::unlinkat_if_exists(folder, name.c_str(), 0);
    }
  }
  return kept;
}

// Of the containers that are there.
template <typename Lease>
std::vector<Lease> live_leases(base::BorrowedFd folder) {
  return sift_leases<Lease>(folder, [](const Lease& lease) { return exists(lease.owner); });
}

// Returns what the owner has, if anything.
template <typename Lease>
void return_leases(const char* folder, const Owner& owner) {
  const auto leases = lock_leases_if_any(folder);
  if (!leases) return;
  sift_leases<Lease>(*leases, [&](const Lease& lease) { return lease.owner != owner; });
}

}  // namespace runtime
