// The options that `checkpoint` and `restore` have in common.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "oci/describe.h"
#include "runtime/cli.h"
#include "runtime/commands/launch_options.h"
#include "runtime/criu/request.h"

namespace runtime {

// On top of a launch's, which `restore` has as well. `checkpoint` has no row for any of those, but
// an option's row finds its member from one address, that of the whole: these can't begin
// elsewhere.
struct CriuOptions : LaunchOptions {
  criu::Options choices;
  std::string image_path = "checkpoint";
  std::string work_path;
};

// The `store` of an option for one of what CRIU is told.
template <auto Member>
void store_choice(void* target, std::string_view value) {
  cli::read(static_cast<CriuOptions*>(target)->choices.*Member, value);
}

// The same of one that is a name out of a table.
template <oci::Named Enum, Enum criu::Options::*Member>
void store_name(void* target, std::string_view value) {
  const auto known = oci::value_of<Enum>(value);
  if (!known) {
    throw base::Error(
        base::cat("one of ", base::join(oci::names_of<Enum>(), ", "), " is expected"));
  }
  static_cast<CriuOptions*>(target)->choices.*Member = *known;
}

void store_empty_namespace(void* target, std::string_view value);

inline constexpr cli::Option kImagePathOption = {"image-path", 0, "DIR",
                                                 "the images' folder (default: checkpoint)",
                                                 cli::store<&CriuOptions::image_path>};
inline constexpr cli::Option kWorkPathOption = {
    "work-path", 0, "DIR", "where CRIU works and leaves its log (default: the images' folder)",
    cli::store<&CriuOptions::work_path>};
inline constexpr cli::Option kAutoDedupOption = {
    "auto-dedup", 0, nullptr, "drop pages from images that later ones have, or once they are read",
    store_choice<&criu::Options::auto_dedup>};
inline constexpr cli::Option kEmptyNsOption = {
    "empty-ns", 0, "network", "leave what is in that namespace to whoever restores",
    store_empty_namespace};
inline constexpr cli::Option kExtUnixSkOption = {
    "ext-unix-sk", 0, nullptr, "allow unix sockets that lead out of the container",
    store_choice<&criu::Options::ext_unix_sk>};
inline constexpr cli::Option kFileLocksOption = {"file-locks", 0, nullptr, "allow locks on files",
                                                 store_choice<&criu::Options::file_locks>};
inline constexpr cli::Option kLazyPagesOption = {
    "lazy-pages", 0, nullptr, "leave the memory for later: `criu lazy-pages` brings it on demand",
    store_choice<&criu::Options::lazy_pages>};
inline constexpr cli::Option kManageCgroupsOption = {
    "manage-cgroups-mode", 0, "MODE",
    "what CRIU does about cgroups: soft (default), full, strict or ignore",
    store_name<criu::CgroupMode, &criu::Options::cgroup_mode>};
inline constexpr cli::Option kNetworkLockOption = {
    "network-lock", 0, "METHOD",
    "how it holds up connections meanwhile: iptables (default, if it is there), nftables or skip",
    store_name<criu::NetworkLock, &criu::Options::network_lock>};
inline constexpr cli::Option kShellJobOption = {
    "shell-job", 0, nullptr, "allow the terminal and the session to be those of the caller",
    store_choice<&criu::Options::shell_job>};
inline constexpr cli::Option kTcpEstablishedOption = {
    "tcp-established", 0, nullptr, "allow established TCP connections, and keep them",
    store_choice<&criu::Options::tcp_established>};

}  // namespace runtime
