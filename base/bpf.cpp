#include "base/bpf.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"

namespace sys {

using base::Error;

namespace {

int bpf(bpf_cmd command, bpf_attr& attributes) noexcept {
  return static_cast<int>(syscall(SYS_bpf, command, &attributes, sizeof attributes));
}

std::uint64_t address_of(const void* memory) noexcept {
  return reinterpret_cast<std::uintptr_t>(memory);
}

// The kernel wants what is not used to be 0; the union has no constructor that says so.
bpf_attr no_attributes() noexcept {
  bpf_attr attributes;
  std::memset(&attributes, 0, sizeof attributes);
  return attributes;
}

// Of all that the verifier writes, the line before the statistics is the reason.
std::string last_reason(std::string_view log) {
  std::string_view reason;
  for (const std::string_view line : base::split(log, '\n')) {
    if (!line.empty() && !line.starts_with("processed ")) reason = line;
  }
  return base::shown(reason);
}

// Loads once more, only now with a log: that would cost the usual case more than the loading.
[[noreturn]] void explain_refusal(bpf_attr attributes, int error) {
  std::array<char, 1 << 14> log{};
  attributes.log_level = 1;
  attributes.log_buf = address_of(log.data());
  attributes.log_size = log.size();
  const OwnedFd loaded(bpf(BPF_PROG_LOAD, attributes));
  const std::string reason = last_reason(log.data());
  throw Error(base::cat("bpf BPF_PROG_LOAD", reason.empty() ? "" : ": ", reason), error);
}

bpf_attr attachment(BorrowedFd cgroup, BorrowedFd program) noexcept {
  bpf_attr attributes = no_attributes();
  attributes.target_fd = static_cast<std::uint32_t>(cgroup.raw());
  attributes.attach_bpf_fd = static_cast<std::uint32_t>(program.raw());
  attributes.attach_type = BPF_CGROUP_DEVICE;
  return attributes;
}

}  // namespace

std::optional<OwnedFd> load_device_program(const std::vector<bpf_insn>& program, const char* name) {
  bpf_attr attributes = no_attributes();
  attributes.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
  attributes.insns = address_of(program.data());
  attributes.insn_cnt = static_cast<std::uint32_t>(program.size());
  attributes.license = address_of("");  // it calls nothing that asks for one
  std::strncpy(attributes.prog_name, name, sizeof attributes.prog_name - 1);
  OwnedFd loaded(bpf(BPF_PROG_LOAD, attributes));
  if (loaded.valid()) return loaded;
  if (errno == EPERM) return std::nullopt;
  explain_refusal(attributes, errno);
}

std::vector<std::uint32_t> attached_device_programs(BorrowedFd cgroup) {
  // The kernel allows 64 in one place.
  std::vector<std::uint32_t> ids(64);
  bpf_attr attributes = no_attributes();
  attributes.query.target_fd = static_cast<std::uint32_t>(cgroup.raw());
  attributes.query.attach_type = BPF_CGROUP_DEVICE;
  attributes.query.prog_ids = address_of(ids.data());
  attributes.query.prog_cnt = static_cast<std::uint32_t>(ids.size());
  if (bpf(BPF_PROG_QUERY, attributes) != 0) throw Error("bpf BPF_PROG_QUERY", errno);
  ids.resize(attributes.query.prog_cnt);
  return ids;
}

std::optional<OwnedFd> open_bpf_program(std::uint32_t id) {
  bpf_attr attributes = no_attributes();
  attributes.prog_id = id;
  OwnedFd program(bpf(BPF_PROG_GET_FD_BY_ID, attributes));
  if (program.valid()) return program;
  if (errno == ENOENT) return std::nullopt;
  throw Error("bpf BPF_PROG_GET_FD_BY_ID", errno);
}

std::string bpf_program_name(BorrowedFd program) {
  bpf_prog_info info{};
  bpf_attr attributes = no_attributes();
  attributes.info.bpf_fd = static_cast<std::uint32_t>(program.raw());
  attributes.info.info = address_of(&info);
  attributes.info.info_len = sizeof info;
  if (bpf(BPF_OBJ_GET_INFO_BY_FD, attributes) != 0) {
    throw Error("bpf BPF_OBJ_GET_INFO_BY_FD", errno);
  }
  return {info.name, strnlen(info.name, sizeof info.name)};
}

void attach_device_program(BorrowedFd cgroup, BorrowedFd program) {
  bpf_attr attributes = attachment(cgroup, program);
  attributes.attach_flags = BPF_F_ALLOW_MULTI;
  if (bpf(BPF_PROG_ATTACH, attributes) != 0) throw Error("bpf BPF_PROG_ATTACH", errno);
}

void replace_device_program(BorrowedFd cgroup, BorrowedFd program, BorrowedFd replaced) {
  bpf_attr attributes = attachment(cgroup, program);
  attributes.attach_flags = BPF_F_ALLOW_MULTI | BPF_F_REPLACE;
  attributes.replace_bpf_fd = static_cast<std::uint32_t>(replaced.raw());
  if (bpf(BPF_PROG_ATTACH, attributes) != 0) {
    throw Error("bpf BPF_PROG_ATTACH with BPF_F_REPLACE", errno);
  }
}

void detach_device_program(BorrowedFd cgroup, BorrowedFd program) {
  bpf_attr attributes = attachment(cgroup, program);
  if (bpf(BPF_PROG_DETACH, attributes) != 0) throw Error("bpf BPF_PROG_DETACH", errno);
}

}  // namespace sys
