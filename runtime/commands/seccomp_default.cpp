// seccomp default: a profile to begin with.
#include "base/error.h"
#include "oci/default_config.h"
#include "oci/json_writer.h"
#include "runtime/commands/commands.h"
#include "runtime/launch/bundle.h"
#include "seccomp/default_profile.h"

namespace runtime {

namespace {

struct Options {
  std::string bundle;
} options;

constexpr cli::Option kOptions[] = {
    {"bundle", 'b', "DIR", "for the capabilities of this bundle (default: those of `spec`)",
     cli::store<&Options::bundle>},
};

int show_default(const GlobalOptions&, const std::vector<std::string>& arguments) {
  if (!arguments.empty()) throw base::UsageError("no argument is expected");
  const oci::Config config =
      options.bundle.empty() ? oci::default_config() : load_config(options.bundle);
  print(oci::write_json(seccomp::default_profile_for(config), oci::JsonStyle::Pretty) + "\n");
  return 0;
}

}  // namespace

const Command kSeccompDefault = {.name = "seccomp default",
                                 .arguments = "[options]",
                                 .summary = "show a profile for programs of no special kind",
                                 .options = kOptions,
                                 .target = &options,
                                 .positionals = cli::Positionals::Anywhere,
                                 .enters_container = false,
                                 .failure = Failure::General,
                                 .run = show_default};

}  // namespace runtime
