#include "runtime/commands/run_container.h"

#include <cctype>
#include <optional>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/random.h"
#include "base/rollback.h"
#include "base/text.h"
#include "base/trace.h"
#include "runtime/container/poststart.h"
#include "runtime/container/removal.h"
#include "runtime/container/status.h"
#include "runtime/launch/foreground.h"
#include "runtime/launch/notify.h"

namespace runtime {

using base::BorrowedFd;
using base::cat;

namespace {

// What can be no id: then what is wrong with it is wrong with a bundle.
bool is_path(const std::string& argument) {
  return argument == "." || argument == ".." || argument.find('/') != std::string::npos;
}

// Whatever the reason why not: then the argument is no bundle.
bool has_config(const std::string& folder) {
  const std::string path = cat(folder, "/config.json");
  return sys::try_openat2(BorrowedFd::cwd(), path.c_str(), O_PATH, sys::Resolve::kAnywhere).error ==
         0;
}

void start(Launched& launched) {
  if (!launched.channel.send<Start>()) throw base::Error("the container's init has ended");
  launched.channel.expect_exec();
  if (launched.filtered) check_executed(*launched.record.init, launched.init.pidfd());
  run_poststart_hooks(launched.record, launched.init.pid(), launched.interruption.signals());
}

// Detached: gone when the program is ready, if a service manager waits for that.
void leave_alone(Launched& launched, std::optional<NotifyProxy>& notify) {
  // Others may act on the container meanwhile, and end us.
  launched.dir.unlock();
  launched.interruption.end();
  if (notify) notify->forward_until_ready(launched.init.pidfd());
  launched.init.release();
}

}  // namespace

bool names_bundle(const std::string& argument, const LaunchOptions& options) {
  if (!options.bundle.empty()) return false;
  return is_path(argument) || (!has_config(".") && has_config(argument));
}

ContainerId generated_id(const std::string& bundle) {
  std::string name = bundle;
  while (name.size() > 1 && name.back() == '/') name.pop_back();
  name.erase(0, name.rfind('/') + 1);
  std::erase_if(name, [](char c) {
    return c != '-' && c != '_' && isalnum(static_cast<unsigned char>(c)) == 0;
  });
  // What begins with one would be an option to every command.
  name.erase(0, name.find_first_not_of('-'));
  return ContainerId::parse(
      cat(name.empty() ? "container" : name.substr(0, 200), "-", sys::random_hex(3)));
}

int attend_to_end(Foreground& foreground, Made& container, Ended ended) {
  base::Rollback undo{[&] { remove_if_there(container.dir); }};
  // Others may act on the container while we only watch it.
  container.dir.unlock();
  const sys::Exit exit = foreground.attend(container.init);
  undo.commit();
  const base::trace::Steps removing("delete");
  if (ended == Ended::Removed && container.dir.try_lock()) {
    remove_ended(container.dir, container.record, *container.cgroups);
  }
  return exit.shell_status();
}

int run_container(LaunchRequest request, Ended ended,
                  const std::function<void(const Launched&)>& before_start) {
  auto notify = NotifyProxy::from_environment();
  request.started_by = StartedBy::Parent;
  request.notify = notify.has_value();
  std::optional<Foreground> foreground;
  if (request.attended) foreground.emplace();
  Launched launched = launch(request);
  base::Rollback undo{[&] { remove_if_there(launched.dir); }};
  if (launched.console_master.valid()) {
    foreground->take_terminal(std::move(launched.console_master));
  }
  // Before the program runs, which may send at once; without us it is named as what the manager is
  // to watch, otherwise we are.
  if (notify) {
    notify->listen(launched.dir.fd(), request.attended ? getpid() : launched.init.pid(),
                   launched.record.selinux_label);
  }
  before_start(launched);
  base::trace::Steps steps("start");
  start(launched);
  steps.next("the program runs");
  if (!request.attended) {
    leave_alone(launched, notify);
    undo.commit();
    return 0;
  }
  if (notify) foreground->take_notifications(std::move(*notify));
  undo.commit();
  return attend_to_end(*foreground, launched, ended);
}

}  // namespace runtime
