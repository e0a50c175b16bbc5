#include "runtime/launch/agent.h"

#include <cerrno>
#include <poll.h>

#include "base/error.h"
#include "base/process.h"
#include "base/socket.h"
#include "oci/json_writer.h"
#include "runtime/launch/outputs.h"
#include "seccomp/compile.h"

namespace runtime {

namespace {

constexpr const char* kField = "config.json: /linux/seccomp/listenerPath";

// Init can say nothing that an agent could not hold up, once there is a filter. So it has said
// which number the listener will have, and we look for it.
base::OwnedFd fetch_listener(Channel& channel, base::ChildProcess& process, std::string_view who) {
  const auto number = channel.expect_number<SeccompListener>();
  if (!number) report_death(process, who);
  for (;;) {
    auto listener = sys::pidfd_getfd(process.pidfd(), *number);
    if (listener) return std::move(*listener);
    // What it says instead is why there is none.
    if (sys::poll_for(channel.socket(), POLLIN, 1)) expect<Ready>(channel, process, who);
  }
}

void send_to_agent(const base::OwnedFd& agent, const std::string& message,
                   const base::OwnedFd& listener) {
  const base::Context sending{[] { return kField; }};
  const int error = sys::try_send_message(agent, message, &listener);
  if (error == EPIPE || error == ECONNRESET) throw base::Error("the agent closed the connection");
  if (error == EAGAIN) throw base::Error("the agent does not read");
  if (error != 0) throw base::Error("sendmsg", error);
}

}  // namespace

base::OwnedFd connect_agent(const oci::Linux& config) {
  if (!config.seccomp || !oci::notifies(*config.seccomp)) return {};
  return connect_receiver(kField, config.seccomp->listener_path);
}

void engage_agent(const base::OwnedFd& agent, const oci::Seccomp& profile, const oci::State& state,
                  Channel& channel, base::ChildProcess& process, std::string_view who) {
  const base::OwnedFd listener = fetch_listener(channel, process, who);
  oci::ContainerProcessState message;
  message.fds = {"seccompFd"};
  message.pid = process.pid();
  message.metadata = profile.listener_metadata;
  message.state = state;
  send_to_agent(agent, oci::write_json(message), listener);
}

}  // namespace runtime
