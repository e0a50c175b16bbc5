// A process of our own that records a container while this one attends to it.
#pragma once

#include "base/child_process.h"
#include "runtime/protocol/channel.h"
#include "runtime/recorder/result.h"
#include "runtime/recorder/session.h"

namespace runtime::recorder {

// Killed with this object; the container doesn't mind.
class Recorder {
 public:
  // Returns when the init is followed.
  explicit Recorder(const Subject& subject);

  // Until the last process of the container has ended, or SIGINT, SIGTERM or SIGHUP comes to
  // `signals` (sys::take_over_signals).
  void attend(base::BorrowedFd signals);

  // Processes that are left go on without us. Throws what kept the recorder from its work.
  Result finish();

 private:
  Recorder(const Subject& subject, std::pair<Channel, Channel> ends);

  Channel channel_;
  base::ChildProcess process_;
};

}  // namespace runtime::recorder
