#include "runtime/cgroup/device_filter.h"

#include <cerrno>
#include <fcntl.h>
#include <utility>

#include "base/bpf.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "runtime/cgroup/control_files.h"
#include "runtime/cgroup/device_program.h"

namespace runtime::cgroup {

using base::BorrowedFd;
using base::cat;
using base::OwnedFd;

namespace {

constexpr std::string_view kNoRights = "without effect: it takes rights on the host";

// Empty when there is no right to load it.
std::optional<OwnedFd> load(const std::vector<bpf_insn>& program) {
  if (program.empty()) return OwnedFd();
  return sys::load_device_program(program, kDeviceProgramName);
}

std::optional<OwnedFd> find_own_program(BorrowedFd folder) {
  for (const std::uint32_t id : sys::attached_device_programs(folder)) {
    auto program = sys::open_bpf_program(id);
    if (program && sys::bpf_program_name(*program) == kDeviceProgramName) return program;
  }
  return std::nullopt;
}

void put_program(BorrowedFd folder, const OwnedFd& program) {
  const auto former = find_own_program(folder);
  if (former && program.valid()) {
    sys::replace_device_program(folder, program, *former);
  } else if (former) {
    sys::detach_device_program(folder, *former);
  } else if (program.valid()) {
    sys::attach_device_program(folder, program);
  }
}

void write_lines(BorrowedFd folder, const std::vector<DeviceLine>& lines, std::string_view at) {
  const OwnedFd allow = sys::openat(folder, file::kDevicesAllow, O_WRONLY);
  const OwnedFd deny = sys::openat(folder, file::kDevicesDeny, O_WRONLY);
  for (const DeviceLine& line : lines) {
    const int error = sys::try_write(line.allow ? allow : deny, line.text);
    if (error == 0) continue;
    if (error == EPERM && &line == &lines.front()) {
      return base::log::warning(cat(at, ": ", kNoRights));
    }
    const char* name = line.allow ? file::kDevicesAllow : file::kDevicesDeny;
    throw base::Error(cat(at, ": ", name, ' ', base::quoted(line.text)), error);
  }
}

}  // namespace

DeviceFilter plan_device_filter(const std::vector<oci::DeviceRule>& entries, Version version,
                                std::string_view at, oci::Problems& problems) {
  DeviceFilter filter;
  if (entries.empty()) return filter;
  const auto rules = effective_device_rules(entries);
  if (version == Version::V1) {
    filter.lines = v1_device_lines(rules, at, problems);
  } else {
    filter.program = load(device_program(rules));
    if (!filter.program) problems.warn(at, kNoRights);
  }
  return filter;
}

void apply_device_filter(const DeviceFilter& filter, BorrowedFd folder, std::string_view at) {
  if (filter.program) put_program(folder, *filter.program);
  if (!filter.lines.empty()) write_lines(folder, filter.lines, at);
}

}  // namespace runtime::cgroup
