// start: the program of a created container (runtime.md#start).
#include <cerrno>

#include "base/error.h"
#include "base/socket.h"
#include "base/text.h"
#include "base/trace.h"
#include "runtime/commands/commands.h"
#include "runtime/container/poststart.h"
#include "runtime/container/status.h"
#include "runtime/launch/notify.h"
#include "runtime/protocol/channel.h"

namespace runtime {

namespace {

using base::cat;
using base::Error;

void check_created(const Container& container) {
  switch (container.status) {
    case oci::Status::Created: return;
    case oci::Status::Stopped: throw Error("cannot start a container that has stopped");
    case oci::Status::Running: throw Error("cannot start an already running container");
    case oci::Status::Creating:
    case oci::Status::Paused: break;
  }
  throw Error(cat("cannot start a container in the ", oci::name_of(container.status), " state"));
}

Channel connect_to_gate(const StateDir& dir) {
  auto connected = sys::try_connect_at(dir.fd(), kStartSocket, sys::SocketType::Packet);
  // The socket outlives who listens there.
  if (connected.error == ECONNREFUSED) throw Error("the container's init has ended");
  if (connected.error != 0) throw Error("connect to the container's init", connected.error);
  return Channel(std::move(connected.socket));
}

int start(const GlobalOptions& global, const std::vector<std::string>& arguments) {
  const ContainerId id = only_id(arguments);
  const Naming naming(id);
  base::trace::Steps steps("look at the container");
  auto notify = NotifyProxy::from_environment();
  StateDir dir = StateDir::open(global.root, id);
  // Of two starts the second finds a container that runs.
  dir.lock();
  const Container container = inspect(dir);
  check_created(container);
  Channel init = connect_to_gate(dir);
  const auto process = open_process(*container.record, *container.record->init);
  if (!process) throw Error("the container's init has ended");
  if (notify) notify->listen(dir.fd(), container.pid, container.record->selinux_label);
  steps.next("wait for the program");
  if (!init.send<Start>()) throw Error("the container's init has ended");
  init.expect_exec();
  check_executed(*container.record->init, *process);
  run_poststart_hooks(*container.record, container.pid);
  if (notify) {
    // Others may act on the container while we wait for it to be ready, for as long as it likes.
    dir.unlock();
    notify->forward_until_ready(*process);
  }
  return 0;
}

}  // namespace

const Command kStart = {.name = "start",
                        .arguments = "ID",
                        .summary = "start the program of a created container",
                        .options = {},
                        .target = nullptr,
                        .positionals = cli::Positionals::Anywhere,
                        .enters_container = false,
                        .failure = Failure::General,
                        .run = start};

}  // namespace runtime
