#include "runtime/cgroup/device_filter.h"

#include <cerrno>
#include <fcntl.h>

#include "base/bpf.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/namespace.h"
#include "base/text.h"
#include "runtime/cgroup/control_files.h"
#include "runtime/cgroup/device_program.h"

namespace runtime::cgroup {

using base::BorrowedFd;
using base::cat;
using base::OwnedFd;

namespace {

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

bool write_lines(BorrowedFd folder, const std::vector<DeviceLine>& lines) {
  const OwnedFd allow = sys::openat(folder, file::kDevicesAllow, O_WRONLY);
  const OwnedFd deny = sys::openat(folder, file::kDevicesDeny, O_WRONLY);
  for (const DeviceLine& line : lines) {
    const int error = sys::try_write(line.allow ? allow : deny, line.text);
    if (error == EPERM && sys::is_rootless()) return false;
    const char* name = line.allow ? file::kDevicesAllow : file::kDevicesDeny;
    if (error != 0) throw base::Error(cat(name, ' ', base::quoted(line.text)), error);
  }
  return true;
}

}  // namespace

DeviceFilter plan_device_filter(const std::vector<oci::DeviceRule>& entries,
                                const resources::Seats& seats, std::string_view at,
                                oci::Problems& problems) {
  if (entries.empty()) return {};
  const auto rules = effective_device_rules(entries);
  if (const auto v1 = seats.find("devices")) {
    return {v1->hierarchy, v1_device_lines(rules, at, problems)};
  }
  const auto v2 = seats.unified();
  if (!v2) {
    problems.add(at, "the host has no cgroup controller devices");
    return {};
  }
  DeviceFilter filter{v2->hierarchy, {}, load(device_program(rules))};
  if (filter.program) return filter;
  // Whoever can't have the right anyway does without; of others, who could, it is asked.
  if (sys::is_rootless()) {
    base::log::debug([&] { return cat(at, ": ", kNoRightToFilter); });
  } else {
    problems.add(at, "bpf(2) is not permitted: it takes CAP_SYS_ADMIN");
  }
  return filter;
}

bool apply_device_filter(const DeviceFilter& filter, BorrowedFd folder) {
  if (filter.program) put_program(folder, *filter.program);
  return filter.lines.empty() || write_lines(folder, filter.lines);
}

}  // namespace runtime::cgroup
