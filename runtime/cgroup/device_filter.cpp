#include "runtime/cgroup/device_filter.h"

#include "base/bpf.h"
#include "runtime/cgroup/device_program.h"

namespace runtime::cgroup {

namespace {

std::optional<base::OwnedFd> find_own_program(base::BorrowedFd folder) {
  for (const std::uint32_t id : sys::attached_device_programs(folder)) {
    auto program = sys::open_bpf_program(id);
    if (program && sys::bpf_program_name(*program) == kDeviceProgramName) return program;
  }
  return std::nullopt;
}

}  // namespace

std::optional<base::OwnedFd> load_device_filter(const std::vector<DeviceRule>& rules) {
  const auto program = device_program(rules);
  if (program.empty()) return base::OwnedFd();
  return sys::load_device_program(program, kDeviceProgramName);
}

void attach_device_filter(base::BorrowedFd folder, const base::OwnedFd& program) {
  const auto former = find_own_program(folder);
  if (former && program.valid()) {
    sys::replace_device_program(folder, program, *former);
  } else if (former) {
    sys::detach_device_program(folder, *former);
  } else if (program.valid()) {
    sys::attach_device_program(folder, program);
  }
}

}  // namespace runtime::cgroup
