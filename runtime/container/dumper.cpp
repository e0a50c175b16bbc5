#include "runtime/container/dumper.h"

#include <csignal>

#include "base/attempt.h"
#include "base/process.h"
#include "runtime/container/status.h"

namespace runtime {

void end_dumper(const StateDir& dir, const Record& record) {
  // What can't be read must not keep the container from being removed.
  const auto identity = base::attempt([&] { return dir.read_dumper(); });
  if (!identity) return;
  const auto criu = open_process(record, *identity);
  if (criu) sys::pidfd_send_signal(*criu, SIGKILL);
}

}  // namespace runtime
