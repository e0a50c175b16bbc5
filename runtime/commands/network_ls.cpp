// network ls: the bridges we made and what is attached to whose.
#include <utility>

#include "base/text.h"
#include "oci/json_writer.h"
#include "runtime/commands/commands.h"
#include "runtime/commands/table.h"
#include "runtime/network/inventory.h"

namespace runtime {

namespace {

using network::Entry;

struct Options {
  bool all = false;
  std::string format = "table";
} options;

constexpr cli::Option kOptions[] = {
    {"all", 'a', nullptr, "also those of other network namespaces of the host",
     cli::store<&Options::all>},
    {"format", 'f', "table|json", "how to print them (default: table)",
     cli::store<&Options::format>},
};

std::string or_dash(std::string text) { return text.empty() ? "-" : text; }

std::string table_of(const std::vector<Entry>& entries) {
  Table table = {{"DEVICE", "VLAN", "CONTAINER", "INTERFACE", "PEER", "ADDRESSES", "USE"}};
  for (const Entry& entry : entries) {
    const network::Attachment& attachment = entry.attachment;
    table.push_back({attachment.device, attachment.vlan == 0 ? "-" : base::cat(attachment.vlan),
                     or_dash(entry.container), or_dash(attachment.interface),
                     or_dash(attachment.peer), or_dash(base::join(attachment.addresses, ",")),
                     std::string(oci::name_of(entry.use))});
  }
  return format_table(std::move(table));
}

int list_networks(const GlobalOptions&, const std::vector<std::string>& arguments) {
  if (!arguments.empty()) throw base::UsageError("no argument is expected");
  cli::check_value("format", options.format, {"table", "json"});
  const std::vector<Entry> entries =
      options.all ? network::list_entries() : network::list_entries_here();
  print(options.format == "json" ? oci::write_json(entries) + "\n" : table_of(entries));
  return 0;
}

}  // namespace

const Command kNetworkLs = {.name = "network ls",
                            .arguments = "[options]",
                            .summary = "list what there is, and which container needs it",
                            .options = kOptions,
                            .target = &options,
                            .positionals = cli::Positionals::Anywhere,
                            .enters_container = false,
                            .failure = Failure::General,
                            .run = list_networks};

}  // namespace runtime
