#include "runtime/criu/session.h"

#include <algorithm>
#include <cerrno>
#include <unistd.h>

#include "base/credentials.h"
#include "base/error.h"
#include "base/exec_array.h"
#include "base/helper.h"
#include "base/process.h"
#include "base/rollback.h"
#include "base/socket.h"
#include "base/text.h"
#include "runtime/init/child_story.h"
#include "runtime/protocol/channel.h"

namespace runtime::criu {

using base::cat;
using base::OwnedFd;

namespace {

constexpr std::size_t kLongestReply = std::size_t{64} << 10;
constexpr int kPatienceMs = 10'000;

[[noreturn]] void become_criu(const std::string& program, const Birth& birth,
                              const OwnedFd& socket) {
  sys::reset_signals();
  birth.prepare();
  // What our caller left open is neither criu's nor the container's.
  sys::close_range_cloexec(STDERR_FILENO + 1);
  base::pass_to_payload(socket);
  for (const base::BorrowedFd fd : birth.passed) base::pass_to_payload(fd);
  std::vector<std::string> args{"criu", "swrk", cat(socket.raw())};
  execve(program.c_str(), sys::exec_array(args).data(), environ);
  throw base::Error(base::shown_path(program), errno);
}

base::ChildProcess start(const std::string& program, const Birth& birth, OwnedFd& ours) {
  auto sockets = sys::socket_pair(sys::SocketType::Packet);
  auto ends = Channel::make_pair();
  sys::Cloned cloned = sys::clone3(0, birth.cgroup);
  if (cloned.pid == 0) {
    sockets.first.reset();
    ends.first.close();
    tell(ends.second, [&] { become_criu(program, birth, sockets.second); });
  }
  base::ChildProcess process(std::move(cloned));
  ends.second.close();
  ends.first.expect_exec();
  ours = std::move(sockets.first);
  return process;
}

}  // namespace

std::string find_program(const std::string& given) {
  const std::string name = given.empty() ? "criu" : given;
  if (name.find('/') != std::string::npos) {
    const int error = sys::try_executable(name.c_str());
    if (error != 0) throw base::Error(base::shown_path(name), error);
    return name;
  }
  const auto path = base::find_helper(name);
  if (!path) {
    throw base::Error(
        cat("the program ", base::quoted(name),
            " isn't there, neither in PATH nor in /usr/sbin (Debian's package criu)"));
  }
  return *path;
}

Session::Session(const std::string& program, const Birth& birth)
    : process_(start(program, birth, socket_)) {}

Session::~Session() {
  socket_.reset();
  const base::Rollback wait{[&] { sys::wait_for_exit(process_.pidfd(), kPatienceMs); }};
}

bool Session::knows(Feature feature) {
  sys::send_message(socket_, encode_question(feature));
  const auto received = sys::receive_message(socket_, kLongestReply);
  if (!received) return false;
  const Reply reply = decode(received->bytes);
  return std::find(reply.features.begin(), reply.features.end(), static_cast<unsigned>(feature)) !=
         reply.features.end();
}

bool Session::serve(const Request& request, const Notified& notified) {
  sys::send_message(socket_, encode(request));
  for (;;) {
    auto received = sys::receive_message(socket_, kLongestReply);
    // It has ended; its log may say why.
    if (!received) return false;
    const Reply reply = decode(received->bytes);
    if (!reply.is_notification) return reply.success;
    tell(reply, std::move(received->passed), notified);
  }
}

void Session::tell(const Reply& stage, OwnedFd passed, const Notified& notified) {
  base::Rollback refuse{[&] { sys::send_message(socket_, encode_answer(false)); }};
  notified(stage, std::move(passed));
  refuse.commit();
  sys::send_message(socket_, encode_answer(true));
}

}  // namespace runtime::criu
