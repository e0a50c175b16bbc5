#include "base/namespace.h"

#include <cerrno>
#include <csignal>
#include <linux/nsfs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/attempt.h"
#include "base/child_process.h"
#include "base/error.h"
#include "base/file.h"
#include "base/process.h"
#include "base/socket.h"
#include "base/text.h"

namespace sys {

using base::cat;
using base::Error;

namespace {

OwnedFd open_process_folder(pid_t pid) {
  return openat(BorrowedFd::cwd(), cat("/proc/", pid).c_str(), O_PATH | O_DIRECTORY);
}

// In a child that has gone into the user namespace: what it reads of itself, back over the socket.
[[noreturn]] void report_id_maps(BorrowedFd user_namespace, BorrowedFd socket) noexcept {
  const auto reported = base::attempt([&]() -> std::optional<bool> {
    setns(user_namespace, CLONE_NEWUSER);
    send_message(socket, read_file(BorrowedFd::cwd(), "/proc/self/uid_map"));
    return send_message(socket, read_file(BorrowedFd::cwd(), "/proc/self/gid_map"));
  });
  leave_child(reported ? 0 : 1);
}

// In the first process of a user namespace, until its parent has what it wants or is gone.
[[noreturn]] void hold(pid_t parent) noexcept {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  while (getppid() == parent) pause();
  leave_child(0);
}

}  // namespace

std::optional<std::uint64_t> namespace_type(BorrowedFd fd) {
  const int type = ioctl(fd.raw(), NS_GET_NSTYPE);
  if (type >= 0) return static_cast<std::uint64_t>(type);
  if (errno != ENOTTY && errno != EINVAL) throw Error("ioctl NS_GET_NSTYPE", errno);
  return std::nullopt;
}

int try_setns(BorrowedFd ns, std::uint64_t type) noexcept {
  return ::setns(ns.raw(), static_cast<int>(type)) == 0 ? 0 : errno;
}

void setns(BorrowedFd ns, std::uint64_t type) {
  const int error = try_setns(ns, type);
  if (error != 0) throw Error("setns", error);
}

bool in_initial_user_namespace() {
  // PROC_USER_INIT_INO of the kernel, part of its interface by now.
  return readlinkat(BorrowedFd::cwd(), "/proc/self/ns/user") == "user:[4026531837]";
}

bool is_rootless() { return geteuid() != 0 || !in_initial_user_namespace(); }

IdMaps read_id_maps(pid_t pid) {
  const OwnedFd process = open_process_folder(pid);
  return {read_file(process, "uid_map"), read_file(process, "gid_map")};
}

IdMaps read_id_maps_of(BorrowedFd user_namespace) {
  constexpr std::size_t kLongestMap = std::size_t{1} << 16;
  const base::Context reading{[] { return "its id mappings"; }};
  auto [ours, theirs] = socket_pair(SocketType::Packet);
  Cloned cloned = clone3(0, nullptr);
  if (cloned.pid == 0) report_id_maps(user_namespace, theirs);
  base::ChildProcess child(std::move(cloned));
  theirs.reset();
  const auto uid = receive_message(ours, kLongestMap);
  const auto gid = uid ? receive_message(ours, kLongestMap) : std::nullopt;
  child.wait();
  if (!gid) throw Error("can't be read from inside it");
  return {uid->bytes, gid->bytes};
}

void write_uid_map(pid_t pid, const std::string& map) {
  write_file(open_process_folder(pid), "uid_map", map);
}

void write_gid_map(pid_t pid, const std::string& map) {
  write_file(open_process_folder(pid), "gid_map", map);
}

void deny_setgroups(pid_t pid) { write_file(open_process_folder(pid), "setgroups", "deny"); }

OwnedFd make_user_namespace(const IdMaps& maps) {
  const base::Context making{[] { return "user namespace"; }};
  const pid_t parent = getpid();
  Cloned cloned = clone3(CLONE_NEWUSER, nullptr);
  if (cloned.pid == 0) hold(parent);
  const base::ChildProcess holder(std::move(cloned));
  write_uid_map(holder.pid(), maps.uid);
  write_gid_map(holder.pid(), maps.gid);
  return openat(open_process_folder(holder.pid()), "ns/user", O_RDONLY);
}

}  // namespace sys
