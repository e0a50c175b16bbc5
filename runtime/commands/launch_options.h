// The options that `create` and `run` have in common, and what they ask of a launch.
#pragma once

#include <string>

#include "runtime/cli.h"
#include "runtime/commands/command.h"
#include "runtime/launch/launch.h"

namespace runtime {

struct LaunchOptions {
  std::string bundle;
  std::string console_socket;
  std::string pid_file;
  std::string pidfd_socket;
  bool no_new_keyring = false;
  bool no_pivot = false;
  int preserve_fds = 0;
};

inline constexpr cli::Option kBundleOption = {"bundle", 'b', "DIR",
                                              "the bundle's folder (default: the present one)",
                                              cli::store<&LaunchOptions::bundle>};
inline constexpr cli::Option kConsoleSocketOption = {
    "console-socket", 0, "PATH", "unix socket that receives the terminal's master",
    cli::store<&LaunchOptions::console_socket>};
inline constexpr cli::Option kPidFileOption = {"pid-file", 0, "FILE",
                                               "write the process id of the container's init there",
                                               cli::store<&LaunchOptions::pid_file>};
inline constexpr cli::Option kPidfdSocketOption = {
    "pidfd-socket", 0, "PATH", "unix socket that receives a pidfd of the container's init",
    cli::store<&LaunchOptions::pidfd_socket>};
inline constexpr cli::Option kNoNewKeyringOption = {"no-new-keyring", 0, nullptr,
                                                    "keep the caller's session keyring",
                                                    cli::store<&LaunchOptions::no_new_keyring>};
inline constexpr cli::Option kNoPivotOption = {
    "no-pivot", 0, nullptr, "do without pivot_root, on a host that runs from its initramfs",
    cli::store<&LaunchOptions::no_pivot>};
// For compatibility: we make ourselves none.
inline constexpr cli::Option kNoSubreaperOption = {"no-subreaper", 0, nullptr, nullptr,
                                                   cli::ignore};
inline constexpr cli::Option kPreserveFdsOption = {
    "preserve-fds", 0, "N", "pass N further file descriptors, from 3 (after LISTEN_FDS) on",
    cli::store<&LaunchOptions::preserve_fds>};

inline LaunchRequest make_request(const GlobalOptions& global, const LaunchOptions& options,
                                  const ContainerId& id) {
  return {.id = id,
          .state_root = global.root,
          .bundle = options.bundle.empty() ? "." : options.bundle,
          .console_socket = options.console_socket,
          .pid_file = options.pid_file,
          .pidfd_socket = options.pidfd_socket,
          .new_keyring = !options.no_new_keyring,
          .no_pivot = options.no_pivot,
          .preserve_fds = options.preserve_fds,
          .cgroup_manager = global.cgroup_manager,
          .rootless = global.rootless,
          .executable = global.executable};
}

}  // namespace runtime
