#include "runtime/init/setup_user.h"

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "base/credentials.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/process.h"
#include "runtime/init/child_story.h"

namespace runtime {

void await_host(Channel& parent) { await<HostReady>(parent); }

Groups permitted_groups(Groups wanted) {
  return wanted == Groups::SetIfPermitted ? permitted_groups("/proc/self") : wanted;
}

Groups permitted_groups(const std::string& process) {
  const std::string path = process + "/setgroups";
  const std::string answer = sys::read_file(base::BorrowedFd::cwd(), path.c_str());
  return answer.starts_with("allow") ? Groups::Set : Groups::Keep;
}

void note_lost_groups(const oci::User& user, Groups groups) {
  const auto is_lost = [&](std::uint32_t gid) { return groups == Groups::Keep && gid != user.gid; };
  const auto& gids = user.additional_gids;
  if (std::none_of(gids.begin(), gids.end(), is_lost)) return;
  base::log::debug(
      [] { return "/process/user/additionalGids: passed over, the caller's groups stay"; });
}

void leave_groups(const SetupUser& user) {
  if (!user.leaves_groups) return;
  const int error = sys::try_leave_groups();
  if (error != 0 && error != EPERM) throw base::Error("setgroups", error);
}

void become_setup_user(const SetupUser& user) {
  const base::Context becoming{[] { return "root of the user namespace"; }};
  // None of the caller's, which mean other groups here or none at all.
  if (permitted_groups(user.groups) == Groups::Set) sys::setgroups({});
  sys::setresgid(user.gid);
  sys::setresuid(user.uid);
  // An ordinary caller had to leave itself open to its own processes until its ids were mapped.
  sys::set_dumpable(false);
  sys::set_parent_death_signal(SIGKILL);
}

}  // namespace runtime
