#include "runtime/commands/exec_process.h"

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "oci/capability_names.h"
#include "oci/load.h"

namespace runtime {

using base::Error;

namespace {

constexpr std::size_t kLargestFile = std::size_t{64} << 20;

oci::Capabilities capabilities_of(const oci::Process& process) {
  return process.capabilities.value_or(oci::Capabilities{});
}

void append(std::vector<std::string>& to, const std::vector<std::string>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

// Not inheritable and not ambient: neither may grow by what a file's capabilities could then add.
void add_capabilities(oci::Process& process, const std::vector<std::string>& names) {
  oci::Capabilities all = capabilities_of(process);
  for (auto* set : {&all.bounding, &all.effective, &all.permitted}) append(*set, names);
  process.capabilities = std::move(all);
}

}  // namespace

std::uint32_t parse_id(std::string_view text) {
  const auto id = base::parse_int<std::uint32_t>(text);
  if (!id || *id == oci::reserved_id) throw Error("a number up to 4294967294 is expected");
  return *id;
}

UserOption parse_user(std::string_view text) {
  const auto colon = text.find(':');
  UserOption user{parse_id(text.substr(0, colon)), std::nullopt};
  if (colon != std::string_view::npos) user.gid = parse_id(text.substr(colon + 1));
  return user;
}

std::string parse_capability(std::string_view text) {
  if (!oci::capability_number(text)) throw Error("no capability of that name is known");
  return std::string(text);
}

oci::Process derive_process(const ProcessOptions& options, std::vector<std::string> args,
                            const oci::Process& container) {
  oci::Process process = container;
  process.args = std::move(args);
  process.terminal = options.terminal;
  process.console_size.reset();
  append(process.env, options.env);
  if (!options.cwd.empty()) process.cwd = options.cwd;
  if (options.user) process.user.uid = options.user->uid;
  if (options.user && options.user->gid) process.user.gid = *options.user->gid;
  auto& groups = process.user.additional_gids;
  groups.insert(groups.end(), options.additional_gids.begin(), options.additional_gids.end());
  if (!options.capabilities.empty()) add_capabilities(process, options.capabilities);
  if (!options.apparmor.empty()) process.apparmor_profile = options.apparmor;
  if (!options.selinux_label.empty()) process.selinux_label = options.selinux_label;
  if (options.no_new_privileges) process.no_new_privileges = *options.no_new_privileges;
  return process;
}

oci::Process complete_process(oci::Process document, const oci::Process& container) {
  if (!document.capabilities) document.capabilities = container.capabilities;
  if (document.rlimits.empty()) document.rlimits = container.rlimits;
  if (!document.oom_score_adj) document.oom_score_adj = container.oom_score_adj;
  if (document.apparmor_profile.empty()) document.apparmor_profile = container.apparmor_profile;
  if (document.selinux_label.empty()) document.selinux_label = container.selinux_label;
  return document;
}

oci::Process read_process(const std::string& path) {
  const base::Context reading{[] { return "--process"; }};
  return oci::parse_process(base::shown_path(path),
                            sys::read_file(base::BorrowedFd::cwd(), path.c_str(), kLargestFile));
}

}  // namespace runtime
