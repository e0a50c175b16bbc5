#include "runtime/protocol/channel.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <poll.h>

#include "base/process.h"
#include "base/socket.h"
#include "base/text.h"
#include "runtime/protocol/exec_error.h"

namespace runtime {

using base::cat;
using base::Error;
using base::OwnedFd;

namespace {

// The head of every packet; a Fault's text follows it.
struct Head {
  MessageTag tag;
  std::int32_t code;  // an errno, or the number that the message is
  std::int32_t exit_status;
};
constexpr std::size_t kLongestPacket = 4096;

std::string packet(const Head& head, std::string_view text) {
  std::string bytes(sizeof head, '\0');
  std::memcpy(bytes.data(), &head, sizeof head);
  bytes += text.substr(0, kLongestPacket - sizeof head);
  return bytes;
}

Head head_of(const std::string& bytes) {
  Head head{};
  if (bytes.size() < sizeof head) throw Error("a message from the other process is too short");
  std::memcpy(&head, bytes.data(), sizeof head);
  return head;
}

// Of somebody who may have been taken over: a failure it is, whatever it says.
void rethrow_fault(const Head& head, const std::string& bytes) {
  if (head.tag != MessageTag::Fault && head.tag != MessageTag::CallFailure) return;
  std::string_view text = std::string_view(bytes).substr(sizeof head);
  if (text.empty()) text = "the other process failed, and didn't say why";
  if (head.tag == MessageTag::CallFailure) throw Error(text, head.code);
  throw Error::reported(text, head.code)
      .with_exit_status(head.exit_status == EXIT_SUCCESS ? EXIT_FAILURE : head.exit_status);
}

}  // namespace

std::pair<Channel, Channel> Channel::make_pair() {
  auto [ours, theirs] = sys::socket_pair(sys::SocketType::Packet);
  return {Channel(std::move(ours)), Channel(std::move(theirs))};
}

std::string Channel::message(MessageTag tag) { return packet(Head{tag, 0, 0}, ""); }

bool Channel::is_closed() const {
  // Of what nobody has asked for the kernel still reports that the other end is closed.
  return sys::poll_for(socket_, 0, 0);
}

bool Channel::send_packet(MessageTag tag, int number, const OwnedFd* passed) {
  return sys::send_message(socket_, packet(Head{tag, number, 0}, ""), passed);
}

void Channel::send_fault(const Error& error) noexcept {
  if (!socket_.valid()) return;
  const Head head{MessageTag::Fault, error.code(), error.exit_status()};
  sys::try_send_message(socket_, packet(head, error.text()), nullptr);
}

void Channel::send_out_of_memory() noexcept {
  static constexpr struct {
    Head head{MessageTag::Fault, ENOMEM, EXIT_FAILURE};
    char text[40] = "out of memory (RLIMIT_AS, RLIMIT_DATA?)";
  } kPacket;
  const char* bytes = reinterpret_cast<const char*>(&kPacket);
  sys::try_send_message(socket_, {bytes, sizeof kPacket - 1}, nullptr);
}

bool Channel::send_long_packet(MessageTag tag, std::string_view bytes) {
  std::string packet = runtime::packet(Head{tag, 0, 0}, "");
  packet += bytes;
  return sys::send_message(socket_, packet);
}

std::optional<sys::Received> Channel::receive_packet(std::size_t most) {
  if (signals_.raw() >= 0) is_heard(-1);
  return sys::receive_message(socket_, most);
}

std::optional<Channel::Answer> Channel::receive(MessageTag tag, const char* name,
                                                std::size_t most) {
  auto received = receive_packet(std::max(kLongestPacket, sizeof(Head) + most));
  if (!received) return std::nullopt;
  const Head head = head_of(received->bytes);
  rethrow_fault(head, received->bytes);
  if (head.tag != tag) {
    throw Error(cat("the other process sent message ", static_cast<std::uint32_t>(head.tag),
                    " where ", name, " was due"));
  }
  return Answer{head.code, received->bytes.substr(sizeof head), std::move(received->passed)};
}

void Channel::throw_fault_sent() {
  while (sys::poll_for(socket_, POLLIN, 0)) {
    const auto received = sys::receive_message(socket_, sizeof(Head) + kLongestBytes);
    if (!received) return;
    rethrow_fault(head_of(received->bytes), received->bytes);
  }
}

void Channel::expect_exec() {
  const auto received = receive_packet(kLongestPacket);
  if (!received) return;
  const Head head = head_of(received->bytes);
  rethrow_fault(head, received->bytes);
  if (head.tag == MessageTag::ExecFailure) {
    throw execve_error(std::string_view(received->bytes).substr(sizeof head), head.code);
  }
  throw Error("the container's init spoke where it had to become the program");
}

// Of a Fault the status is the command's, and no success.
LastWords::LastWords(MessageTag tag, const std::string& text)
    : packet_(runtime::packet(Head{tag, 0, EXIT_FAILURE}, text)) {}

LastWords LastWords::exec_failure(const std::string& program) {
  return {MessageTag::ExecFailure, program};
}

LastWords LastWords::call_failure(const std::string& text) {
  return {MessageTag::CallFailure, text};
}

LastWords LastWords::capset_denied() {
  return {MessageTag::Fault,
          "/linux/seccomp: without /process/noNewPrivileges a profile has to allow capset"};
}

bool LastWords::send(base::BorrowedFd socket, int code) noexcept {
  std::memcpy(packet_.data() + offsetof(Head, code), &code, sizeof code);
  return sys::try_send_message(socket, packet_) == 0;
}

sys::Packet LastWords::packet() noexcept {
  return {packet_.data(), packet_.size(), packet_.data() + offsetof(Head, code)};
}

}  // namespace runtime
