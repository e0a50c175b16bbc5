// delete: undo what create has made (runtime.md#delete).
#include "base/error.h"
#include "base/text.h"
#include "runtime/commands/commands.h"
#include "runtime/container/removal.h"
#include "runtime/container/status.h"

namespace runtime {

namespace {

struct Options {
  bool force = false;
} options;

constexpr cli::Option kOptions[] = {
    {"force", 'f', nullptr, "kill the container first if it runs; no error if there is none",
     cli::store<&Options::force>}};

// A created container may be deleted without force, as engines expect of runc.
void check_deletable(const ContainerId& id, const Container& container) {
  if (options.force || container.status == oci::Status::Stopped ||
      container.status == oci::Status::Created) {
    return;
  }
  throw base::Error(base::cat("cannot delete container ", id.text(),
                              " that is not stopped: ", oci::name_of(container.status)));
}

int delete_container(const GlobalOptions& global, const std::vector<std::string>& arguments) {
  const ContainerId id = only_id(arguments);
  const Naming naming(id);
  auto dir = StateDir::open_if_exists(global.root, id);
  // Another delete may have come first.
  if (!dir || !dir->try_lock()) {
    if (!options.force) no_such_container(id);
    return 0;
  }
  const Container container = options.force ? inspect_whatever_is_left(*dir) : inspect(*dir);
  check_deletable(id, container);
  remove_container(*dir, container);
  return 0;
}

}  // namespace

const Command kDelete = {.name = "delete",
                         .arguments = "[options] ID",
                         .summary = "remove a stopped container and what was made for it",
                         .options = kOptions,
                         .target = &options,
                         .positionals = cli::Positionals::Anywhere,
                         .enters_container = false,
                         .failure = Failure::General,
                         .run = delete_container};

}  // namespace runtime
