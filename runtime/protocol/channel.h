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
    return send_packet(Message::tag, 0, passed);
  }
  template <typename Message>
  bool send_number(int number) {
    return send_packet(Message::tag, number, nullptr);
  }
  // To be sent instead of what the peer waits for; that it is gone, or has been, is no matter.
  void send_fault(const base::Error& error) noexcept;

  // The descriptor that came along, if any; empty when the peer is gone without a word. A Fault is
  // thrown as the Error it was at the other end, with our own frames in front.
  template <typename Message>
  std::optional<base::OwnedFd> expect() {
    auto answer = receive(Message::tag, Message::name);
    if (!answer) return std::nullopt;
    return std::move(answer->passed);
  }
  // The same, of a message that is a number.
  template <typename Message>
  std::optional<int> expect_number() {
    const auto answer = receive(Message::tag, Message::name);
    if (!answer) return std::nullopt;
    return answer->number;
  }
  // After Start, at the sender's: returns when execve succeeded (or the process died), throws what
  // came in its place.
  void expect_exec();

 private:
  struct Answer {
    int number;
    base::OwnedFd passed;
  };
  bool send_packet(MessageTag tag, int number, const base::OwnedFd* passed);
  std::optional<Answer> receive(MessageTag tag, const char* name);

  base::OwnedFd socket_;
};

// What may have to be said at the very end, put together while there is still memory to be had.
class LastWords {
 public:
  static LastWords exec_failure(const std::string& program);
  // The text of an Error; of its errno nothing is said.
  static LastWords fault(const std::string& text);
  void send(base::BorrowedFd socket, int code) noexcept;

 private:
  LastWords(MessageTag tag, const std::string& text);

  MessageTag tag_;
  std::string packet_;
};

}  // namespace runtime
