// list: the containers below the state root.
#include <algorithm>
#include <map>
#include <utility>

#include "base/attempt.h"
#include "base/error.h"
#include "oci/annotations.h"
#include "oci/json_writer.h"
#include "runtime/commands/commands.h"
#include "runtime/commands/table.h"
#include "runtime/container/owner.h"
#include "runtime/container/status.h"

namespace runtime {

namespace {

using base::cat;

struct Options {
  bool quiet = false;
  std::string format = "table";
} options;

constexpr cli::Option kOptions[] = {
    {"format", 'f', "table|json", "how to print them (default: table)",
     cli::store<&Options::format>},
    {"quiet", 'q', nullptr, "print the IDs only", cli::store<&Options::quiet>},
};

// Most containers are of the same few users.
class OwnerNames {
 public:
  const std::string& of(uid_t uid) {
    const auto [entry, added] = names_.try_emplace(uid);
    if (added) entry->second = owner_name(uid);
    return entry->second;
  }

 private:
  std::map<uid_t, std::string> names_;
};

// One whose record is damaged is shown as stopped, since the others are to be seen all the same.
// Throws when its cgroup can't be looked at.
oci::State look_at(const StateDir& dir, OwnerNames& owners) {
  const Container container = inspect_whatever_is_left(dir);
  oci::State state = describe(dir.id(), container);
  if (container.record) state.owner = owners.of(container.record->owner_uid);
  return state;
}

std::vector<oci::State> look_at_all(const std::string& root, const std::vector<ContainerId>& ids) {
  std::vector<oci::State> states;
  OwnerNames owners;
  StateDir::visit(root, ids, [&](const StateDir& dir) {
    auto state = base::attempt_or_warn([&] {
      const base::Context looking{[&] { return dir.id().text(); }};
      return std::optional(look_at(dir, owners));
    });
    if (state) states.push_back(std::move(*state));
  });
  return states;
}

const std::string* label_of(const oci::State& state) {
  return oci::find(state.annotations, oci::annotation::selinux_label);
}

// With SELinux labels if there are any.
std::string table_of(const std::vector<oci::State>& states) {
  Table table = {{"ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"}};
  const bool labelled =
      std::any_of(states.begin(), states.end(), [](const auto& each) { return label_of(each); });
  if (labelled) table.front().emplace_back("LABEL");
  for (const oci::State& state : states) {
    table.push_back({state.id, cat(state.pid), std::string(oci::name_of(state.status)),
                     state.bundle, state.created, state.owner});
    const std::string* label = label_of(state);
    if (labelled) table.back().push_back(label != nullptr ? *label : "-");
  }
  return format_table(std::move(table));
}

std::string shown(const std::vector<oci::State>& states) {
  return options.format == "json" ? oci::write_json(states) + "\n" : table_of(states);
}

std::string ids_of_all(const std::string& root, const std::vector<ContainerId>& ids) {
  std::string lines;
  StateDir::visit(root, ids, [&](const StateDir& dir) { lines += dir.id().text() + "\n"; });
  return lines;
}

int list(const GlobalOptions& global, const std::vector<std::string>& arguments) {
  if (!arguments.empty()) throw base::UsageError("no argument is expected");
  cli::check_value("format", options.format, {"table", "json"});
  const auto ids = StateDir::list(global.root);
  print(options.quiet ? ids_of_all(global.root, ids) : shown(look_at_all(global.root, ids)));
  return 0;
}

}  // namespace

const Command kList = {.name = "list",
                       .arguments = "[options]",
                       .summary = "list the containers",
                       .options = kOptions,
                       .target = &options,
                       .positionals = cli::Positionals::Anywhere,
                       .enters_container = false,
                       .failure = Failure::General,
                       .run = list};

}  // namespace runtime
