// update: other limits for a container that exists. What isn't given stays as it is; of what is
// given either all takes effect or, with an error, nothing.
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/rollback.h"
#include "base/size.h"
#include "oci/json_writer.h"
#include "oci/load.h"
#include "oci/validate.h"
#include "runtime/cgroup/driver.h"
#include "runtime/commands/commands.h"
#include "runtime/container/status.h"
#include "runtime/resctrl/group.h"

namespace runtime {

namespace {

using base::cat;
using base::Error;
using base::UsageError;

struct Options {
  std::string resources_file;
  bool has_limits = false;  // one of the options below was given
  oci::MemoryLimits memory;
  oci::CpuLimits cpu;
  oci::PidsLimit pids;
  oci::BlockIo block_io;
  oci::IntelRdt intel_rdt;
} options;

template <auto Group>
auto& group() {
  options.has_limits = true;
  return options.*Group;
}

// One member of a group of limits, a number.
template <auto Group, auto Member>
void store_number(void*, std::string_view value) {
  auto& member = group<Group>().*Member;
  using Number = typename std::remove_reference_t<decltype(member)>::value_type;
  member = base::parse_int<Number>(value);
  if (!member) throw Error("a number is expected");
}

// Bytes.
template <auto Member>
void store_size(void*, std::string_view value) {
  auto& member = group<&Options::memory>().*Member;
  member = base::parse_size(value);
  if (!member) throw Error("a size like 64m, or -1, is expected");
}

template <auto Group, auto Member>
void store_text(void*, std::string_view value) {
  group<Group>().*Member = value;
}

// An empty value is a variable that somebody forgot to set, not a wish for no limits.
void store_file(void*, std::string_view value) {
  if (value.empty()) throw Error("a file is expected");
  options.resources_file = value;
}

using oci::BlockIo;
using oci::CpuLimits;
using oci::IntelRdt;
using oci::MemoryLimits;
using oci::PidsLimit;

constexpr cli::Option kOptions[] = {
    {"resources", 'r', "FILE", "linux.resources as JSON; - is the standard input", store_file},
    {"memory", 0, "BYTES", "memory limit; -1: none", store_size<&MemoryLimits::limit>},
    {"memory-reservation", 0, "BYTES", "memory that is taken from others first",
     store_size<&MemoryLimits::reservation>},
    {"memory-swap", 0, "BYTES", "limit of memory and swap together; -1: none",
     store_size<&MemoryLimits::swap>},
    {"kernel-memory", 0, "BYTES", nullptr, store_size<&MemoryLimits::kernel>},
    {"kernel-memory-tcp", 0, "BYTES", nullptr, store_size<&MemoryLimits::kernel_tcp>},
    {"cpu-share", 0, "N", "share of the CPUs, relative to others (2 to 262144)",
     store_number<&Options::cpu, &CpuLimits::shares>},
    {"cpu-quota", 0, "MICROSECONDS", "time on CPUs within each period; -1: no limit",
     store_number<&Options::cpu, &CpuLimits::quota>},
    {"cpu-period", 0, "MICROSECONDS", "what the quota is for (1000 to 1000000)",
     store_number<&Options::cpu, &CpuLimits::period>},
    {"cpu-burst", 0, "MICROSECONDS", "unused quota that may be saved up",
     store_number<&Options::cpu, &CpuLimits::burst>},
    {"cpu-idle", 0, "0|1", "1: only CPU time that nobody else wants",
     store_number<&Options::cpu, &CpuLimits::idle>},
    {"cpu-rt-period", 0, "MICROSECONDS", "period of realtime scheduling (cgroup v1)",
     store_number<&Options::cpu, &CpuLimits::realtime_period>},
    {"cpu-rt-runtime", 0, "MICROSECONDS", "realtime within each such period (cgroup v1)",
     store_number<&Options::cpu, &CpuLimits::realtime_runtime>},
    {"cpuset-cpus", 0, "LIST", "CPUs to run on: 0-3,7",
     store_text<&Options::cpu, &CpuLimits::cpus>},
    {"cpuset-mems", 0, "LIST", "memory nodes to use: 0-1",
     store_text<&Options::cpu, &CpuLimits::mems>},
    {"pids-limit", 0, "N", "how many processes and threads; -1: no limit",
     store_number<&Options::pids, &PidsLimit::limit>},
    {"blkio-weight", 0, "N", "share of block I/O, relative to others (10 to 1000)",
     store_number<&Options::block_io, &BlockIo::weight>},
    {"l3-cache-schema", 0, "SCHEMA", "the container's part of the L3 cache (resctrl)",
     store_text<&Options::intel_rdt, &IntelRdt::l3_cache_schema>},
    {"mem-bw-schema", 0, "SCHEMA", "the container's part of the memory bandwidth (resctrl)",
     store_text<&Options::intel_rdt, &IntelRdt::mem_bw_schema>},
};

struct Wanted {
  cgroup::Origin origin;
  oci::Resources resources;
};

std::string read_document(const std::string& file) {
  constexpr std::size_t kLargest = std::size_t{16} << 20;
  const base::Context document{[] { return "--resources"; }};
  if (file != "-") return sys::read_file(base::BorrowedFd::cwd(), file.c_str(), kLargest);
  const base::Context reading{[] { return "standard input"; }};
  return base::read_all(base::BorrowedFd(STDIN_FILENO), kLargest);
}

Wanted from_document(const std::string& file) {
  Wanted wanted{{file == "-" ? "standard input" : file, ""}, {}};
  std::vector<std::string> unknown;
  wanted.resources = oci::parse_resources(wanted.origin.file_name, read_document(file), &unknown);
  // As a whole config has none. An engine's empty document changes nothing, as it says.
  if (!unknown.empty() && oci::write_json(wanted.resources) == "{}") {
    throw Error(cat(wanted.origin.file_name,
                    ": no limit is in it; an object like a config's linux.resources is expected"));
  }
  // Engines send all they know. What a container may open is settled when it is created.
  wanted.resources.devices.clear();
  return wanted;
}

Wanted from_options() {
  Wanted wanted{{"options", ""}, {}};
  wanted.resources.memory = options.memory;
  wanted.resources.cpu = options.cpu;
  wanted.resources.pids = options.pids;
  wanted.resources.block_io = options.block_io;
  return wanted;
}

Wanted read_wanted() {
  if (!options.resources_file.empty() && options.has_limits) {
    throw UsageError("--resources can't be combined with other limits");
  }
  Wanted wanted =
      options.resources_file.empty() ? from_options() : from_document(options.resources_file);
  std::vector<std::string> warnings;
  oci::validate(wanted.origin.file_name, wanted.resources, &warnings);
  base::log::warnings(warnings);
  return wanted;
}

void update_cgroup(const Record& record, const Wanted& wanted) {
  const auto driver = cgroup::driver_of(record.cgroup);
  const cgroup::Limits limits = driver->plan_update(record.cgroup, wanted.resources, wanted.origin);
  base::log::warnings(limits.warnings);
  driver->update(record.cgroup, limits);
}

// The lines that were there before.
std::vector<std::string> update_resctrl(const Record& record) {
  const oci::IntelRdt& wanted = options.intel_rdt;
  if (wanted.l3_cache_schema.empty() && wanted.mem_bw_schema.empty()) return {};
  if (!record.intel_rdt) throw Error("the container has no resctrl group (/linux/intelRdt)");
  return resctrl::update(*record.intel_rdt, wanted);
}

int update(const GlobalOptions& global, const std::vector<std::string>& arguments) {
  const ContainerId id = only_id(arguments);
  const Naming naming(id);
  const Wanted wanted = read_wanted();
  StateDir dir = StateDir::open(global.root, id);
  // Two updates at once would each put back what the other has written.
  dir.lock();
  const Container container = inspect(dir);
  if (container.pid == 0) throw Error("container not running");
  const Record& record = *container.record;
  const std::vector<std::string> schemata = update_resctrl(record);
  base::Rollback put_back{[&] {
    if (!schemata.empty()) resctrl::put_back(*record.intel_rdt, schemata);
  }};
  update_cgroup(record, wanted);
  put_back.commit();
  return 0;
}

}  // namespace

const Command kUpdate = {.name = "update",
                         .arguments = "[options] ID",
                         .summary = "change the limits of a container",
                         .options = kOptions,
                         .target = &options,
                         .positionals = cli::Positionals::Anywhere,
                         .enters_container = false,
                         .failure = Failure::General,
                         .run = update};

}  // namespace runtime
