// One end of the conversation of messages.h: send a message, expect a message.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/departure.h"
#include "base/error.h"
#include "base/fd.h"
#include "base/interruption.h"
#include "base/socket.h"
#include "runtime/protocol/messages.h"

namespace runtime {

class Channel {
 public:
  static constexpr std::size_t kLongestBytes = std::size_t{64} << 10;

  explicit Channel(base::OwnedFd socket) noexcept : socket_(std::move(socket)) {}
  // The two ends of a new one.
  static std::pair<Channel, Channel> make_pair();

  base::BorrowedFd socket() const noexcept { return socket_; }
  void close() noexcept { socket_.reset(); }
  // From now on an interruption is thrown where the peer is waited for.
  void heed(base::BorrowedFd signals) noexcept { signals_ = signals; }
  // Whether there is something to hear within that time (-1: however long it takes).
  bool is_heard(int timeout_ms) const { return sys::poll_heeding(signals_, socket_, timeout_ms); }

  // A message without anything, as the bytes of a packet.
  static std::string message(MessageTag tag);

  // The peer has gone. Asks, without waiting.
  bool is_closed() const;

  // False: the peer is gone.
  template <typename Message>
  bool send(const base::OwnedFd* passed = nullptr) {
    return send_packet(Message::tag, 0, passed);
  }
  template <typename Message>
  bool send_number(int number) {
    return send_packet(Message::tag, number, nullptr);
  }
  // At most kLongestBytes.
  template <typename Message>
  bool send_bytes(std::string_view bytes) {
    return send_long_packet(Message::tag, bytes);
  }
  // To be sent instead of what the peer waits for; that it is gone, or has been, is no matter.
  void send_fault(const base::Error& error) noexcept;
  // The same of a std::bad_alloc; takes no memory.
  void send_out_of_memory() noexcept;

  // The descriptor that came along, if any; empty when the peer is gone without a word. A Fault is
  // thrown as the Error it was at the other end, with our own frames in front.
  template <typename Message>
  std::optional<base::OwnedFd> expect() {
    auto answer = receive(Message::tag, Message::name, 0);
    if (!answer) return std::nullopt;
    return std::move(answer->passed);
  }
  // The same, of a message that is a number.
  template <typename Message>
  std::optional<int> expect_number() {
    const auto answer = receive(Message::tag, Message::name, 0);
    if (!answer) return std::nullopt;
    return answer->number;
  }
  template <typename Message>
  std::optional<std::string> expect_bytes() {
    auto answer = receive(Message::tag, Message::name, kLongestBytes);
    if (!answer) return std::nullopt;
    return std::move(answer->bytes);
  }
  // After a failure of our own, which may only be because of the peer's end: throws the Fault that
  // it has sent, if any. Waits for nothing.
  void throw_fault_sent();
  // After Start, at the sender's: returns when execve succeeded (or the process died), throws what
  // came in its place.
  void expect_exec();

 private:
  struct Answer {
    int number;
    std::string bytes;
    base::OwnedFd passed;
  };
  bool send_packet(MessageTag tag, int number, const base::OwnedFd* passed);
  bool send_long_packet(MessageTag tag, std::string_view bytes);
  // `most` bytes may follow the head.
  std::optional<Answer> receive(MessageTag tag, const char* name, std::size_t most);
  std::optional<sys::Received> receive_packet(std::size_t most);

  base::OwnedFd socket_;
  base::BorrowedFd signals_ = sys::kNoSignals;
};

// What may have to be said at the very end, put together while there is still memory to be had.
class LastWords {
 public:
  static LastWords exec_failure(const std::string& program);
  // Of a call that fails: what an Error of that text and the errno says.
  static LastWords call_failure(const std::string& text);
  // The filter does not let the process give back what loading it took.
  static LastWords capset_denied();
  // False when they can't be said.
  bool send(base::BorrowedFd socket, int code) noexcept;
  // For who sends it without us; it is memory of this object's.
  sys::Packet packet() noexcept;

 private:
  LastWords(MessageTag tag, const std::string& text);

  std::string packet_;
};

}  // namespace runtime
