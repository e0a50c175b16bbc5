// What is written down about a container, twice: as the intent before the first side effect, so
// that `delete --force` can undo a create that was killed anywhere, and as the state once the
// container is created, which adds the init process. Facts only: the status is derived (status.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "oci/config.h"
#include "oci/describe.h"
#include "runtime/cgroup/location.h"
#include "runtime/container/id_range.h"
#include "runtime/network/attachment.h"
#include "runtime/resctrl/location.h"

namespace runtime {

// A process as it can be recognised again: its pid alone may meanwhile be another's.
struct ProcessIdentity {
  std::int32_t pid = 0;
  std::uint64_t start_time = 0;  // clock ticks since boot, field 22 of /proc/<pid>/stat
};

struct Record {
  static constexpr std::uint32_t kVersion = 1;
  std::uint32_t version = kVersion;  // of this format
  std::string id;
  std::string boot_id;  // pids and start times mean something within one boot only
  std::string bundle;   // absolute
  std::string rootfs;   // absolute
  std::string created;  // RFC 3339 with nanoseconds, UTC
  std::uint32_t owner_uid = 0;
  bool shares_pids = false;  // no pid namespace of its own: its processes may outlive init
  bool own_keyring = false;  // its processes don't have the session keyring of their caller
  ProcessIdentity creator;
  std::optional<ProcessIdentity> init;  // absent in the intent
  cgroup::Location cgroup;
  std::optional<IdRange> ids;  // of an automatic user namespace
  std::optional<resctrl::Location> intel_rdt;
  std::vector<network::Attachment> network;  // interfaces of our making
  std::string selinux_label;                 // of its processes
  // Where standard input, output and error led when it was created, as CRIU calls it: "pipe:[N]",
  // "file[MOUNT:INODE]" or another path; none with a terminal of its own.
  std::vector<std::string> streams;
  bool restored = false;  // by CRIU: its init runs without ever having executed a program
  oci::Hooks hooks;       // those that later commands run: poststart, poststop
  oci::Map<std::string> annotations;  // only in the state: the intent needs none
};

}  // namespace runtime

template <>
struct oci::Describe<runtime::ProcessIdentity> {
  static constexpr auto fields = std::tuple{
      Field{"pid", &runtime::ProcessIdentity::pid, required},
      Field{"startTime", &runtime::ProcessIdentity::start_time, required},
  };
};

template <>
struct oci::Describe<runtime::Record> {
  static constexpr auto fields = std::tuple{
      Field{"version", &runtime::Record::version, required},
      Field{"id", &runtime::Record::id, required},
      Field{"bootId", &runtime::Record::boot_id, required},
      Field{"bundle", &runtime::Record::bundle, required},
      Field{"rootfs", &runtime::Record::rootfs, required},
      Field{"created", &runtime::Record::created, required},
      Field{"ownerUid", &runtime::Record::owner_uid, required},
      Field{"sharesPids", &runtime::Record::shares_pids},
      Field{"ownKeyring", &runtime::Record::own_keyring},
      Field{"creator", &runtime::Record::creator, required},
      Field{"init", &runtime::Record::init},
      Field{"cgroup", &runtime::Record::cgroup, required},
      Field{"ids", &runtime::Record::ids},
      Field{"intelRdt", &runtime::Record::intel_rdt},
      Field{"network", &runtime::Record::network},
      Field{"selinuxLabel", &runtime::Record::selinux_label},
      Field{"streams", &runtime::Record::streams},
      Field{"restored", &runtime::Record::restored},
      Field{"hooks", &runtime::Record::hooks},
      Field{"annotations", &runtime::Record::annotations},
  };
};
