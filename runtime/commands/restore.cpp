// restore: a container from the images of a checkpoint, by CRIU.
#include "runtime/checkpoint/restore.h"

#include <optional>

#include "base/rollback.h"
#include "runtime/commands/commands.h"
#include "runtime/commands/criu_options.h"
#include "runtime/commands/run_container.h"
#include "runtime/launch/foreground.h"

namespace runtime {

namespace {

struct Options : CriuOptions {
  bool detach = false;
} options;

constexpr cli::Option kOptions[] = {
    kAutoDedupOption,
    kBundleOption,
    kConsoleSocketOption,
    {"detach", 'd', nullptr, "return when the container runs", cli::store<&Options::detach>},
    kEmptyNsOption,
    kExtUnixSkOption,
    kFileLocksOption,
    kImagePathOption,
    kLazyPagesOption,
    {"lsm-mount-context", 0, "CONTEXT", "the SELinux context of mounts that had one",
     store_choice<&criu::Options::lsm_mount_context>},
    {"lsm-profile", 0, "TYPE:NAME", "its profile: selinux:LABEL or apparmor:NAME",
     store_choice<&criu::Options::lsm_profile>},
    kManageCgroupsOption,
    kNetworkLockOption,
    // CRIU makes the root.
    {"no-pivot", 0, nullptr, nullptr, cli::ignore},
    kNoSubreaperOption,
    kPidFileOption,
    kShellJobOption,
    {"tcp-close", 0, nullptr, "restore TCP connections as closed",
     store_choice<&criu::Options::tcp_close>},
    kTcpEstablishedOption,
    kWorkPathOption,
};

RestoreRequest make_request(const GlobalOptions& global, const ContainerId& id) {
  LaunchRequest launch = make_request(global, options, id);
  launch.attended = !options.detach;
  return {.launch = std::move(launch),
          .criu = global.criu,
          .image_path = options.image_path,
          .work_path = options.work_path,
          .options = options.choices};
}

int restore_container(const GlobalOptions& global, const std::vector<std::string>& arguments) {
  const ContainerId id = only_id(arguments);
  const Naming naming(id);
  std::optional<Foreground> foreground;
  if (!options.detach) foreground.emplace();
  Made restored = restore(make_request(global, id));
  if (!foreground) {
    restored.init.release();
    return 0;
  }
  if (restored.console_master.valid()) {
    foreground->take_terminal(std::move(restored.console_master));
  }
  return attend_to_end(*foreground, restored, Ended::Removed);
}

}  // namespace

const Command kRestore = {.name = "restore",
                          .arguments = "[options] ID",
                          .summary = "make a container of a checkpoint's images, which goes on",
                          .options = kOptions,
                          .target = &options,
                          .positionals = cli::Positionals::Anywhere,
                          .enters_container = false,
                          .failure = Failure::OfProgram,
                          .run = restore_container};

}  // namespace runtime
