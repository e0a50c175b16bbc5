// One end of the conversation of messages.h: send a message, expect a message.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/fd.h"
#include "runtime/protocol/messages.h"

namespace runtime {

class Channel {
 public:
  explicit Channel(base::OwnedFd socket) noexcept : socket_(std::move(socket)) {}
  // The two ends of a new one.
  static std::pair<Channel, Channel> make_pair();

  base::BorrowedFd socket() const noexcept { return socket_; }
  void close() noexcept { socket_.reset(); }

  // False: the peer is gone.
  template <typename Message>
  bool send(const base::OwnedFd* passed = nullptr) {
    return send_packet(Message::tag, passed);
  }
  // To be sent instead of what the peer waits for; that it is gone, or has been, is no matter.
  void send_fault(const base::Error& error) noexcept;

  // The descriptor that came along, if any; empty when the peer is gone without a word. A Fault is
  // thrown as the Error it was at the other end, with our own frames in front.
  template <typename Message>
  std::optional<base::OwnedFd> expect() {
    return receive(Message::tag, Message::name);
  }
  // After Start, at the sender's: returns when execve succeeded (or the process died), throws what
  // came in its place.
  void expect_exec();

 private:
  bool send_packet(MessageTag tag, const base::OwnedFd* passed);
  std::optional<base::OwnedFd> receive(MessageTag tag, const char* name);

  base::OwnedFd socket_;
};

// The message of the same name, put together while there is still memory to be had.
class ExecFailure {
 public:
  explicit ExecFailure(const std::string& program);
  void send(base::BorrowedFd socket, int code) noexcept;

 private:
  std::string packet_;
};

}  // namespace runtime
