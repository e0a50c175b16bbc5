// A container from its bundle to its end: what `run` and `seccomp record` have in common.
#pragma once

#include <functional>
#include <string>

#include "runtime/commands/launch_options.h"
#include "runtime/launch/foreground.h"

namespace runtime {

// What becomes of a container whose program has ended.
enum class Ended { Removed, Kept };

struct RunOptions : LaunchOptions {
  bool keep = false;
  Ended ended() const { return keep ? Ended::Kept : Ended::Removed; }
};

inline constexpr cli::Option kKeepOption = {"keep", 0, nullptr,
                                            "don't delete the container when the program has ended",
                                            cli::store<&RunOptions::keep>};

// Whether the argument is a bundle's folder, and not an id as runc has it: for the bundle that
// --bundle names or, if that is one, the present folder.
bool names_bundle(const std::string& argument, const LaunchOptions& options);

// The bundle's name, as far as it can be part of an id, and six random digits.
ContainerId generated_id(const std::string& bundle);

// A container in the foreground until its init has ended, and what is to become of it then; if that
// fails it is removed in any case. What a shell would make of its end.
int attend_to_end(Foreground& foreground, Made& container, Ended ended);

// Create, start and, if attended, wait and delete; nothing that those don't do. `before_start` is
// called when all that is missing is the program. Returns what a shell would make of the program's
// end; 0 if it isn't attended.
int run_container(
    LaunchRequest request, Ended ended,
    const std::function<void(const Launched&)>& before_start = [](const Launched&) {});

}  // namespace runtime
