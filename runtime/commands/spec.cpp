// spec: a config.json to begin with.
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/rollback.h"
#include "oci/default_config.h"
#include "oci/json_writer.h"
#include "runtime/commands/commands.h"
#include "seccomp/default_profile.h"

namespace runtime {

namespace {

struct Options {
  std::string bundle = ".";
  bool rootless = false;
  bool seccomp = false;
} options;

constexpr cli::Option kOptions[] = {
    {"bundle", 'b', "DIR", "the folder to write config.json to (default: the present one)",
     cli::store<&Options::bundle>},
    {"rootless", 0, nullptr, "for a container of a user without privileges",
     cli::store<&Options::rootless>},
    {"seccomp", 0, nullptr, "with the profile of `seccomp default`", cli::store<&Options::seccomp>},
};

int spec(const GlobalOptions&, const std::vector<std::string>& arguments) {
  if (!arguments.empty()) throw base::UsageError("no argument is expected");
  oci::Config config =
      options.rootless ? oci::default_rootless_config(geteuid(), getegid()) : oci::default_config();
  if (options.seccomp) config.linux->seccomp = seccomp::default_profile_for(config);
  const base::OwnedFd folder =
      sys::openat(base::BorrowedFd::cwd(), options.bundle.c_str(), O_PATH | O_DIRECTORY);
  // A config that somebody has worked on is not ours to overwrite.
  if (sys::open_if_exists(folder, "config.json", O_PATH | O_NOFOLLOW)) {
    throw base::Error("config.json: there is one already; remove it first");
  }
  const base::OwnedFd file =
      sys::openat(folder, "config.json", O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0644);
  base::Rollback remove{[&] { sys::unlinkat_if_exists(folder, "config.json", 0); }};
  const base::Context writing{[] { return "config.json"; }};
  base::write_all(file, oci::write_json(config, oci::JsonStyle::Pretty) + "\n");
  remove.commit();
  return 0;
}

}  // namespace

const Command kSpec = {.name = "spec",
                       .arguments = "[options]",
                       .summary = "write a default config.json",
                       .options = kOptions,
                       .target = &options,
                       .positionals = cli::Positionals::Anywhere,
                       .enters_container = false,
                       .failure = Failure::General,
                       .run = spec};

}  // namespace runtime
