// checkpoint: a running container as images in a folder, by CRIU.
#include "runtime/checkpoint/checkpoint.h"

#include "base/attempt.h"
#include "base/fd.h"
#include "runtime/commands/commands.h"
#include "runtime/commands/criu_options.h"
#include "runtime/container/removal.h"

namespace runtime {

namespace {

struct Options : CriuOptions {
  bool pre_dump = false;
  int status_fd = -1;
} options;

// An address may have colons of its own.
void store_page_server(void*, std::string_view value) {
  const auto colon = value.rfind(':');
  const auto port = colon == std::string_view::npos
                        ? std::nullopt
                        : base::parse_int<std::uint16_t>(value.substr(colon + 1));
  if (!port || *port == 0 || colon == 0) throw base::Error("ADDRESS:PORT is expected");
  options.choices.page_server = value.substr(0, colon);
  options.choices.page_server_port = *port;
}

constexpr cli::Option kOptions[] = {
    kAutoDedupOption,
    kEmptyNsOption,
    kExtUnixSkOption,
    kFileLocksOption,
    kImagePathOption,
    kLazyPagesOption,
    {"leave-running", 0, nullptr, "don't stop the container",
     store_choice<&criu::Options::leave_running>},
    {"link-remap", 0, nullptr, "allow files that were deleted and are open",
     store_choice<&criu::Options::link_remap>},
    kManageCgroupsOption,
    kNetworkLockOption,
    {"page-server", 0, "ADDRESS:PORT", "send the memory to a `criu page-server` there",
     store_page_server},
    {"parent-path", 0, "DIR", "the images of the pre-dump before, relative to these",
     store_choice<&criu::Options::parent_path>},
    {"pre-dump", 0, nullptr, "only the memory, and the container goes on",
     cli::store<&Options::pre_dump>},
    kShellJobOption,
    {"status-fd", 0, "FD", "with --lazy-pages: a zero byte is written there when it is ready",
     cli::store<&Options::status_fd>},
    kTcpEstablishedOption,
    {"tcp-skip-in-flight", 0, nullptr, "leave out connections that are just being made",
     store_choice<&criu::Options::tcp_skip_in_flight>},
    kWorkPathOption,
};

// A copy, before anything of ours can be open by that number.
base::OwnedFd open_status() {
  if (options.status_fd < 0) return {};
  const base::Context opening{[] { return "--status-fd"; }};
  return base::duplicate(base::BorrowedFd(options.status_fd));
}

// As runc and crun do, so that `restore` can take the id. One that can't be is still a checkpoint.
void remove(StateDir& dir) {
  base::attempt_or_warn([&] {
    remove_if_there(dir);
    return std::optional(true);
  });
}

int checkpoint_container(const GlobalOptions& global, const std::vector<std::string>& arguments) {
  const ContainerId id = only_id(arguments);
  const Naming naming(id);
  base::OwnedFd status = open_status();
  StateDir dir = StateDir::open(global.root, id);
  dir.lock();
  checkpoint(dir, inspect(dir),
             {.criu = global.criu,
              .image_path = options.image_path,
              .work_path = options.work_path,
              .pre_dump = options.pre_dump,
              .status = std::move(status),
              .options = options.choices});
  if (!options.pre_dump && !options.choices.leave_running) remove(dir);
  return 0;
}

}  // namespace

const Command kCheckpoint = {.name = "checkpoint",
                             .arguments = "[options] ID",
                             .summary = "write a running container into images, and stop it",
                             .options = kOptions,
                             .target = &options,
                             .positionals = cli::Positionals::Anywhere,
                             .enters_container = false,
                             .failure = Failure::General,
                             .run = checkpoint_container};

}  // namespace runtime
