#include "runtime/commands/command.h"

#include <unistd.h>

#include "base/fd.h"

namespace runtime {

namespace {

const ContainerId* named = nullptr;

}  // namespace

Naming::Naming(const ContainerId& id) noexcept { named = &id; }

Naming::~Naming() { named = nullptr; }

std::string subject_of(const Command& command) {
  return named == nullptr ? command.name : base::cat(command.name, " ", named->text());
}

ContainerId only_id(const std::vector<std::string>& arguments) {
  if (arguments.size() != 1) {
    throw base::UsageError(base::cat(
        "exactly one argument, the container's ID, is expected; given: ", arguments.size()));
  }
  return ContainerId::parse(arguments.front());
}

void print(std::string_view text) {
  const base::Context printing{[] { return "standard output"; }};
  base::write_all(base::BorrowedFd(STDOUT_FILENO), text);
}

}  // namespace runtime
