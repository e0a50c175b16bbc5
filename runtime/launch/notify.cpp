#include "runtime/launch/notify.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <sys/mount.h>

#include "base/attempt.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mount.h"
#include "base/pipe.h"
#include "base/process.h"
#include "base/socket.h"
#include "base/text.h"
#include "runtime/container/state_dir.h"
#include "runtime/launch/notification.h"
#include "runtime/security/relabel.h"
#include "runtime/security/self_labels.h"

namespace runtime {

using base::BorrowedFd;
using base::cat;
using base::OwnedFd;

namespace {

constexpr std::size_t kLongestMessage = 4096;  // systemd takes no longer one either

}  // namespace

std::string notify_address() {
  const char* value = std::getenv("NOTIFY_SOCKET");
  std::string address = value != nullptr ? value : "";
  if (address.empty() || sys::is_socket_address(address)) return address;
  throw base::Error(
      cat("NOTIFY_SOCKET: ", base::quoted(address), " is neither a path nor an abstract name"));
}

OwnedFd share_notify_folder(BorrowedFd state_folder, const std::string& mount_label) {
  const base::Context sharing{[] { return "NOTIFY_SOCKET"; }};
  const sys::NoUmask exact_mode;
  sys::mkdirat_if_absent(state_folder, kNotifyFolder, 0755);
  const OwnedFd folder =
      sys::openat(state_folder, kNotifyFolder, O_PATH | O_DIRECTORY | O_NOFOLLOW);
  if (!mount_label.empty()) security::relabel(folder, mount_label, [](std::size_t) {});
  // Here and not in the container's namespaces, whose root may have no way to this folder.
  OwnedFd mount = sys::open_tree_clone(folder, sys::Subtree::No);
  constexpr std::uint64_t kAttributes =
      MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
  // Private, because what a container mounts there is not for the host.
  sys::mount_setattr(mount, {.set = kAttributes, .propagation = MS_PRIVATE}, sys::Subtree::No);
  return mount;
}

std::optional<NotifyProxy> NotifyProxy::from_environment() {
  const std::string address = notify_address();
  if (address.empty()) return std::nullopt;
  const base::Context connecting{[] { return "NOTIFY_SOCKET"; }};
  auto host = base::attempt([&] { return std::optional(sys::connect_datagram(address)); });
  if (!host) return std::nullopt;
  // Signals and the terminal must not wait for long because a manager does.
  sys::set_send_timeout(*host, 1);
  return NotifyProxy(std::move(*host));
}

void NotifyProxy::listen(BorrowedFd state_folder, pid_t main_process, const std::string& label) {
  const base::Context listening{[] { return "NOTIFY_SOCKET"; }};
  const auto folder =
      sys::open_if_exists(state_folder, kNotifyFolder, O_PATH | O_DIRECTORY | O_NOFOLLOW);
  if (!folder) throw base::Error("the container was created without one");
  // That of a start which was killed.
  sys::unlinkat_if_exists(*folder, kNotifySocket, 0);
  // For any user of the container.
  const sys::NoUmask exact_mode;
  const security::SelfLabels labels(label, "");
  labels.label_sockets();
  socket_ = sys::bind_at(*folder, kNotifySocket, sys::SocketType::Datagram);
  labels.stop_labelling_sockets();
  main_process_ = main_process;
}

void NotifyProxy::forward() {
  // As many as a queue may hold where systemd has set its length; a container that sends without
  // end must not keep us from our other work.
  for (int left = 512; left > 0; --left) {
    const auto message = sys::try_receive_datagram(socket_, kLongestMessage);
    if (!message) return;
    const Notification notification = filter_notification(*message, main_process_);
    if (notification.text.empty()) continue;
    ready_ |= notification.ready;
    if (!pass_on(notification.text)) return;
  }
}

bool NotifyProxy::pass_on(const std::string& text, const OwnedFd* passed) {
  const int error = sys::try_send_message(host_, text, passed);
  if (error == 0) return true;
  // Once, because the container decides how many there are.
  if (!warned_) {
    base::log::warning(cat("NOTIFY_SOCKET: a message is lost: ", base::describe_errno(error)));
  }
  warned_ = true;
  return false;
}

void NotifyProxy::forward_until_ready(BorrowedFd process) {
  std::array<pollfd, 2> watched = {{interest(), {process.raw(), POLLIN, 0}}};
  while (!ready_ && watched[1].revents == 0) {
    if (poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) {
      throw base::Error("poll", errno);
    }
    // After an end as well, since a message may have come before it.
    forward();
  }
  if (ready_) await_acknowledgement();
}

// sd_notify_barrier(3): a manager finds out by the sender's cgroup which service a message is of,
// so that we must still be there when it looks.
void NotifyProxy::await_acknowledgement() {
  constexpr int kPatienceMs = 5000;
  auto [ours, theirs] = sys::make_pipe();
  const bool asked = pass_on("BARRIER=1", &theirs);
  theirs.reset();
  if (asked && !sys::poll_for(ours, POLLIN, kPatienceMs)) {
    base::log::debug([] { return "NOTIFY_SOCKET: nobody answered BARRIER=1 within 5 seconds"; });
  }
}

}  // namespace runtime
