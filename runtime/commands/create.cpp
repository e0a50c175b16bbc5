// create: the container with everything but its program (runtime.md#create).
#include "runtime/commands/commands.h"
#include "runtime/commands/launch_options.h"
#include "runtime/launch/notify.h"

namespace runtime {

namespace {

LaunchOptions options;

constexpr cli::Option kOptions[] = {kBundleOption,      kConsoleSocketOption, kNoNewKeyringOption,
                                    kNoPivotOption,     kNoSubreaperOption,   kPidFileOption,
                                    kPidfdSocketOption, kPreserveFdsOption};

int create(const GlobalOptions& global, const std::vector<std::string>& arguments) {
  const ContainerId id = only_id(arguments);
  const Naming naming(id);
  LaunchRequest request = make_request(global, options, id);
  request.notify = !notify_address().empty();
  Launched launched = launch(request);
  launched.init.release();
  return 0;
}

}  // namespace

const Command kCreate = {.name = "create",
                         .arguments = "[options] ID",
                         .summary = "create a container; its program waits for start",
                         .options = kOptions,
                         .target = &options,
                         .positionals = cli::Positionals::Anywhere,
                         .enters_container = true,
                         .failure = Failure::General,
                         .run = create};

}  // namespace runtime
