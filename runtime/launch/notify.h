// NOTIFY_SOCKET (sd_notify(3)): what the program says of its progress is passed on to the socket of
// our caller, a service manager. The program gets a socket of its own, in a folder that `create`
// shares with the container; `run` and `start` listen there.
#pragma once

#include <optional>
#include <poll.h>
#include <string>
#include <sys/types.h>

#include "base/fd.h"

namespace runtime {

// What our own NOTIFY_SOCKET says, empty if nothing. Throws when it can't be an address. Whether
// somebody listens there is not asked: that matters when the program is started.
std::string notify_address();

// A new folder in that of the container's state, as a detached read-only mount for the container,
// whose processes may all connect to what is in it. It has the label, if there is one.
base::OwnedFd share_notify_folder(base::BorrowedFd state_folder, const std::string& mount_label);

class NotifyProxy {
 public:
  // Connected to who listens at our NOTIFY_SOCKET. Empty if we have none, or nobody listens, as
  // when the variable is left over from a service that is long ready. Nothing is made yet.
  static std::optional<NotifyProxy> from_environment();

  // From here on the program can send, which the socket's label allows it. `main_process` is the
  // one to be named to the manager.
  void listen(base::BorrowedFd state_folder, pid_t main_process, const std::string& label);

  // What to poll for, and passing on the messages there are. What can't be delivered is a warning:
  // the container is none the worse for it.
  pollfd interest() const { return {socket_.raw(), POLLIN, 0}; }
  void forward();

  // Forwards until READY=1 was among it, which the manager has then taken note of, or until the
  // process has ended.
  void forward_until_ready(base::BorrowedFd process);

 private:
  explicit NotifyProxy(base::OwnedFd host) noexcept : host_(std::move(host)) {}
  bool pass_on(const std::string& text, const base::OwnedFd* passed = nullptr);
  void await_acknowledgement();

  base::OwnedFd host_;
  base::OwnedFd socket_;
  pid_t main_process_ = 0;
  bool ready_ = false;
  bool warned_ = false;
};

}  // namespace runtime
