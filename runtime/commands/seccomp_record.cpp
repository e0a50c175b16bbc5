// seccomp record: a profile that allows what a container used.
#include "base/error.h"
#include "runtime/commands/commands.h"

namespace runtime {

namespace {

int record(const GlobalOptions&, const std::vector<std::string>&) {
  throw base::Error("not supported yet");
}

}  // namespace

const Command kSeccompRecord = {.name = "seccomp record",
                                .arguments = "[options] BUNDLE | [options] ID",
                                .summary = "write a profile that allows what a container uses",
                                .options = {},
                                .target = nullptr,
                                .positionals = cli::Positionals::Anywhere,
                                .enters_container = true,
                                .exits_as_program = true,
                                .run = record};

}  // namespace runtime
