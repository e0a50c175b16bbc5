// seccomp: what has to do with filters of system calls and not with one container's life.
#include "runtime/commands/commands.h"

namespace runtime {

const Command kSeccomp = {.name = "seccomp",
                          .arguments = "COMMAND [arguments]",
                          .summary = "work with seccomp profiles",
                          .options = {},
                          .target = nullptr,
                          .positionals = cli::Positionals::Last,
                          .enters_container = false,
                          .failure = Failure::General,
                          .run = nullptr,
                          .verbs = kSeccompCommands};

}  // namespace runtime
