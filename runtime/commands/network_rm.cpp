// network rm: takes away what no container needs any longer.
#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "runtime/commands/commands.h"
#include "runtime/network/inventory.h"

namespace runtime {

namespace {

using base::cat;
using base::Error;
using network::Entry;
using network::Use;

struct Options {
  bool orphaned = false;
} options;

constexpr cli::Option kOptions[] = {{"orphaned", 'o', nullptr,
                                     "all whose container's state is gone, and unused bridges",
                                     cli::store<&Options::orphaned>}};

// By the bridge's name, the host's end of a pair or the hardware address inside.
bool goes_by(const Entry& entry, const std::string& name) {
  if (entry.is_bridge()) return entry.attachment.device == name;
  return entry.attachment.peer == name || entry.attachment.mac == name;
}

void remove_by_name(const std::string& name) {
  const std::vector<Entry> entries = network::list_entries_here();
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const Entry& entry) { return goes_by(entry, name); });
  if (found == entries.end())
    throw Error(cat("nothing of the runtime's is named ", base::quoted(name)));
  if (found->use != Use::Used) return network::remove_entry(*found);
  if (found->is_bridge()) throw Error(cat(name, " is used by containers"));
  throw Error(cat(name, " belongs to container ", found->container, " in ", found->owner.state,
                  ", delete that"));
}

void remove_orphaned() {
  for (const Entry& entry : network::list_entries()) {
    if (entry.use == Use::Orphaned) network::remove_entry(entry);
  }
  // Looked for again, since to remove one may leave another unused.
  for (const Entry& entry : network::list_entries_here()) {
    if (entry.use == Use::Unused) network::remove_entry(entry);
  }
}

int remove_networks(const GlobalOptions&, const std::vector<std::string>& arguments) {
  if (arguments.empty() != options.orphaned) {
    throw base::UsageError("either names or --orphaned are expected");
  }
  if (options.orphaned) remove_orphaned();
  for (const std::string& name : arguments) remove_by_name(name);
  return 0;
}

}  // namespace

const Command kNetworkRm = {.name = "network rm",
                            .arguments = "--orphaned | NAME...",
                            .summary = "remove links and bridges that no container needs",
                            .options = kOptions,
                            .target = &options,
                            .positionals = cli::Positionals::Anywhere,
                            .enters_container = false,
                            .failure = Failure::General,
                            .run = remove_networks};

}  // namespace runtime
