// run: a container in the foreground or, detached, until its program has been started.
#include "runtime/commands/commands.h"
#include "runtime/commands/run_container.h"

namespace runtime {

namespace {

struct Options : RunOptions {
  bool detach = false;
} options;

constexpr cli::Option kOptions[] = {
    kBundleOption,
    kConsoleSocketOption,
    {"detach", 'd', nullptr, "return when the program has been started",
     cli::store<&Options::detach>},
    kKeepOption,
    kNoNewKeyringOption,
    kNoPivotOption,
    kNoSubreaperOption,
    kPidFileOption,
    kPidfdSocketOption,
    kPreserveFdsOption,
};

ContainerId find_id(const std::vector<std::string>& arguments) {
  if (arguments.size() == 1 && names_bundle(arguments.front(), options)) {
    options.bundle = arguments.front();
    return generated_id(options.bundle);
  }
  return only_id(arguments);
}

int run(const GlobalOptions& global, const std::vector<std::string>& arguments) {
  const ContainerId id = find_id(arguments);
  const Naming naming(id);
  LaunchRequest request = make_request(global, options, id);
  request.attended = !options.detach;
  return run_container(std::move(request), options.ended());
}

}  // namespace

const Command kRun = {.name = "run",
                      .arguments = "[options] ID | [options] BUNDLE",
                      .summary = "create and start a container, wait for it and delete it",
                      .options = kOptions,
                      .target = &options,
                      .positionals = cli::Positionals::Anywhere,
                      .enters_container = true,
                      .failure = Failure::OfProgram,
                      .run = run};

}  // namespace runtime
