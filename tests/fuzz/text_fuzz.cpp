// Everything that reads a text: of the kernel's (/proc, cgroup files), of another program's, of a
// person's. The first byte says who reads the rest.
#include <array>

#include "base/log_destination.h"
#include "base/process.h"
#include "base/ptrace.h"
#include "base/size.h"
#include "netlink/ip.h"
#include "netlink/mac.h"
#include "oci/hundredths.h"
#include "oci/number_list.h"
#include "runtime/cgroup/gvariant.h"
#include "runtime/cgroup/layout.h"
#include "runtime/cgroup/location.h"
#include "runtime/cgroup/processes.h"
#include "runtime/cgroup/statistics_files.h"
#include "runtime/commands/duration.h"
#include "runtime/commands/signal_name.h"
#include "runtime/container/id.h"
#include "runtime/container/id_pool.h"
#include "runtime/criu/log.h"
#include "runtime/criu/reply.h"
#include "runtime/criu/wire.h"
#include "runtime/rootfs/id_map_option.h"
#include "runtime/rootfs/mount_table.h"
#include "runtime/security/selinux.h"
#include "tests/fuzz/fuzz.h"

namespace {

using Reader = void (*)(std::string_view text);

constexpr std::array kReaders = {
    // The kernel's
    Reader([](std::string_view text) { sys::parse_process_stat(text); }),
    Reader([](std::string_view text) { sys::parse_interrupted_call(text); }),
    Reader([](std::string_view text) { runtime::rootfs::parse_mount_table(text); }),
    Reader([](std::string_view text) { runtime::cgroup::parse_v1_names(text); }),
    Reader([](std::string_view text) { runtime::cgroup::parse_flat(text); }),
    Reader([](std::string_view text) { runtime::cgroup::parse_nested(text); }),
    Reader([](std::string_view text) { runtime::cgroup::parse_blkio(text); }),
    Reader([](std::string_view text) { runtime::cgroup::parse_pressure(text); }),
    Reader([](std::string_view text) { runtime::cgroup::parse_limit(text); }),
    Reader([](std::string_view text) { runtime::cgroup::parse_numbers(text); }),
    Reader([](std::string_view text) { runtime::cgroup::parse_list(text); }),
    Reader([](std::string_view text) {
      std::vector<pid_t> pids;
      runtime::cgroup::parse_pids(text, pids);
    }),
    Reader([](std::string_view text) { runtime::security::parse_context(text); }),
    // Other programs'
    Reader([](std::string_view text) { runtime::parse_subordinate_ids(text, "user"); }),
    Reader([](std::string_view text) { runtime::criu::last_errors(text); }),
    Reader([](std::string_view text) { runtime::criu::decode(text); }),
    Reader([](std::string_view text) { runtime::criu::fields_of(text); }),
    // People's
    Reader([](std::string_view text) { base::log::parse_destination(text); }),
    Reader([](std::string_view text) { base::parse_size(text); }),
    Reader([](std::string_view text) { netlink::IpPrefix::parse(text); }),
    Reader([](std::string_view text) { netlink::MacAddress::parse(text); }),
    Reader([](std::string_view text) { oci::parse_hundredths(text); }),
    Reader([](std::string_view text) { oci::parse_number_list(text); }),
    Reader([](std::string_view text) { runtime::parse_duration(text); }),
    Reader([](std::string_view text) { runtime::parse_signal(text); }),
    Reader([](std::string_view text) { runtime::ContainerId::parse(text); }),
    Reader([](std::string_view text) { runtime::cgroup::parse_gvariant(text); }),
    Reader([](std::string_view text) { runtime::cgroup::parse_subgroup(text); }),
    Reader([](std::string_view text) {
      runtime::rootfs::IdLists lists;
      runtime::rootfs::parse_id_lists(text, oci::Linux{}, lists);
    }),
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Reader read = kReaders.at(*data % kReaders.size());
  fuzz::answer([&] { read(fuzz::text(data + 1, size - 1)); });
  return 0;
}
