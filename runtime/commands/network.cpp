// network: what the runtime has made on the host for the interfaces of containers.
#include "runtime/commands/commands.h"

namespace runtime {

const Command kNetwork = {
    .name = "network",
    .arguments = "COMMAND [arguments]",
    .summary = "show and clean up what containers' interfaces left on the host",
    .options = {},
    .target = nullptr,
    .positionals = cli::Positionals::Last,
    .enters_container = false,
    .failure = Failure::General,
    .run = nullptr,
    .verbs = kNetworkCommands};

}  // namespace runtime
