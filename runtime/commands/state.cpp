// state: what is known of a container, as JSON (runtime.md#query-state).
#include "oci/json_writer.h"
#include "runtime/commands/commands.h"
#include "runtime/container/owner.h"
#include "runtime/container/status.h"

namespace runtime {

namespace {

int state(const GlobalOptions& global, const std::vector<std::string>& arguments) {
  const ContainerId id = only_id(arguments);
  const Naming naming(id);
  const Container container = inspect(StateDir::open(global.root, id, Purpose::Look));
  oci::State document = describe(id, container);
  if (container.record) document.owner = owner_name(container.record->owner_uid);
  print(oci::write_json(document, oci::JsonStyle::Pretty) + "\n");
  return 0;
}

}  // namespace

const Command kState = {.name = "state",
                        .arguments = "ID",
                        .summary = "show the state of a container as JSON",
                        .options = {},
                        .target = nullptr,
                        .positionals = cli::Positionals::Anywhere,
                        .enters_container = false,
                        .failure = Failure::General,
                        .run = state};

}  // namespace runtime
