#include "runtime/criu/request.h"

#include <linux/sched.h>

#include "runtime/criu/reply.h"
#include "runtime/criu/wire.h"

namespace runtime::criu {

namespace {

// CRIU's own names for these are in the order of their numbers; 4 shows what it looked at.
constexpr int kLogLevel = 4;
constexpr int kFeatureCheck = 9;

// Fields of criu_opts that are flags the user sets.
struct Flag {
  unsigned field;
  bool Options::*member;
};
constexpr Flag kFlags[] = {
    {3, &Options::leave_running},       {4, &Options::ext_unix_sk}, {5, &Options::tcp_established},
    {7, &Options::shell_job},           {8, &Options::file_locks},  {16, &Options::auto_dedup},
    {18, &Options::link_remap},         {48, &Options::lazy_pages}, {52, &Options::tcp_close},
    {46, &Options::tcp_skip_in_flight},
};

void add_choices(Message& message, const Options& options) {
  for (const Flag& flag : kFlags) message.flag(flag.field, options.*flag.member);
  message.text_if_any(14, options.parent_path).flag(15, !options.parent_path.empty());
  if (!options.page_server.empty()) {
    message.message(11, Message().text(1, options.page_server).number(2, options.page_server_port));
  }
  message.number(34, static_cast<int>(options.cgroup_mode));
  if (options.empty_network) message.number(38, CLONE_NEWNET);
  message.text_if_any(53, options.lsm_profile).text_if_any(63, options.lsm_mount_context);
  if (options.network_lock != NetworkLock::Unset) {
    message.number(64, static_cast<int>(options.network_lock));
  }
}

void add_lists(Message& message, const Request& request) {
  for (const ExternalMount& mount : request.mounts) {
    message.message(23, Message().text(1, mount.key).text(2, mount.value));
  }
  for (const CgroupRoot& root : request.cgroups) {
    message.message(25, Message().text_if_any(1, root.controller).text(2, root.path));
  }
  for (const InheritedFd& fd : request.inherited) {
    message.message(27, Message().text(1, fd.key).number(2, fd.number));
  }
  for (const std::string& each : request.externals) message.text(37, each);
  for (const JoinedNamespaceFile& joined : request.namespaces) {
    message.message(39, Message().text(1, joined.kind).text(2, joined.path));
  }
}

Message options_of(const Request& request) {
  Message message;
  message.number(1, request.images);
  if (request.pid != 0) message.number(2, request.pid);
  const bool restores = request.action == Action::Restore;
  // A device may have been opened by a path that is gone.
  message.flag(6, restores).number(9, kLogLevel).text(10, log_name(request.action));
  message.flag(12, true).text(13, request.root);
  if (request.work >= 0) message.number(17, request.work);
  message.flag(24, true);  // by the mode below
  message
      .flag(26, restores)  // as our child
      .text_if_any(44, request.freeze_cgroup)
      .flag(50, true)  // masters of terminals are outside, and we get them
      .text_if_any(51, request.config_file);
  add_choices(message, request.options);
  add_lists(message, request);
  return message;
}

}  // namespace

const char* log_name(Action action) {
  return action == Action::Restore ? "restore.log" : "dump.log";
}

std::string encode(const Request& request) {
  return Message()
      .number(1, static_cast<int>(request.action))
      .message(2, options_of(request))
      .bytes();
}

std::string encode_question(Feature feature) {
  return Message()
      .number(1, kFeatureCheck)
      .message(5, Message().number(static_cast<unsigned>(feature), 1))
      .bytes();
}

std::string encode_answer(bool go_on) {
  return Message().number(1, kNotification).number(3, go_on ? 1 : 0).bytes();
}

}  // namespace runtime::criu
