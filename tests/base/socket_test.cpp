#include "base/socket.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "tests/support/scratch.h"

namespace sys {
namespace {

using base::BorrowedFd;

// A folder whose path alone is longer than a socket's name may be.
class DeepFolder {
 public:
  DeepFolder() {
    for (int depth = 0; depth < 3; ++depth) {
      const std::string part(100, 'd');
      mkdirat_if_absent(fd_, part.c_str(), 0700);
      fd_ = openat(fd_, part.c_str(), O_PATH | O_DIRECTORY);
    }
  }
  operator BorrowedFd() const { return fd_; }

 private:
  const test_support::ScratchFolder top_;
  OwnedFd fd_ = top_.open();
};

int lowest_free() {
  const OwnedFd free = openat(BorrowedFd::cwd(), "/dev/null", O_RDONLY);
  return free.raw();
}

TEST(SocketTest, AMessageCarriesADescriptor) {
  const auto [left, right] = socket_pair(SocketType::Packet);
  const OwnedFd null = openat(BorrowedFd::cwd(), "/dev/null", O_RDONLY);
  ASSERT_TRUE(send_message(left, "hello", &null));
  const auto received = receive_message(right, 64);
  ASSERT_TRUE(received);
  EXPECT_EQ(received->bytes, "hello");
  ASSERT_TRUE(received->passed.valid());
  EXPECT_EQ(fstat(received->passed).st_rdev, fstat(null).st_rdev);
  EXPECT_EQ(fcntl(received->passed.raw(), F_GETFD), FD_CLOEXEC);
}

TEST(SocketTest, APeerThatIsGoneIsNoError) {
  auto [left, right] = socket_pair(SocketType::Packet);
  right.reset();
  EXPECT_FALSE(send_message(left, "x"));
  EXPECT_FALSE(receive_message(left, 64));
}

TEST(SocketTest, TheLastWordsOfAPeerThatDidNotListenAreHeard) {
  auto [left, right] = socket_pair(SocketType::Packet);
  ASSERT_TRUE(send_message(left, "a filter"));
  ASSERT_TRUE(send_message(right, "it failed"));
  right.reset();
  const auto received = receive_message(left, 64);
  ASSERT_TRUE(received);
  EXPECT_EQ(received->bytes, "it failed");
  EXPECT_FALSE(receive_message(left, 64));
}

TEST(SocketTest, AMessageThatIsTooLongIsRefused) {
  const auto [left, right] = socket_pair(SocketType::Packet);
  ASSERT_TRUE(send_message(left, std::string(65, 'x')));
  EXPECT_THROW(receive_message(right, 64), base::Error);
}

TEST(SocketTest, MoreThanOneDescriptorIsRefusedAndClosed) {
  const auto [left, right] = socket_pair(SocketType::Packet);
  union {
    cmsghdr header;
    char bytes[CMSG_SPACE(2 * sizeof(int))];
  } control{};
  control.header.cmsg_level = SOL_SOCKET;
  control.header.cmsg_type = SCM_RIGHTS;
  control.header.cmsg_len = CMSG_LEN(2 * sizeof(int));
  const int both[] = {left.raw(), right.raw()};
  std::memcpy(CMSG_DATA(&control.header), both, sizeof both);
  char byte = 'x';
  iovec part{&byte, 1};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes;
  message.msg_controllen = sizeof control.bytes;
  ASSERT_EQ(sendmsg(left.raw(), &message, 0), 1);
  const int next = lowest_free();
  EXPECT_THROW(receive_message(right, 64), base::Error);
  EXPECT_EQ(lowest_free(), next);
}

TEST(SocketTest, OnlyTheOwnerMayConnectWhateverTheUmask) {
  const DeepFolder folder;
  const mode_t before = umask(0);
  const OwnedFd listener = listen_at(folder, "start", SocketType::Packet);
  umask(before);
  struct stat info {};
  ASSERT_EQ(fstatat(BorrowedFd(folder).raw(), "start", &info, 0), 0);
  EXPECT_EQ(info.st_mode & 07777, 0600U);
}

TEST(SocketTest, ListensAndConnectsWhateverThePathsLength) {
  const DeepFolder folder;
  EXPECT_EQ(try_connect_at(folder, "start", SocketType::Packet).error, ENOENT);
  OwnedFd gate = listen_at(folder, "start", SocketType::Packet);
  const auto connected = try_connect_at(folder, "start", SocketType::Packet);
  ASSERT_EQ(connected.error, 0);
  const OwnedFd accepted = accept(gate);
  ASSERT_TRUE(send_message(connected.socket, "go"));
  EXPECT_EQ(receive_message(accepted, 16)->bytes, "go");
  gate.reset();
  EXPECT_EQ(try_connect_at(folder, "start", SocketType::Packet).error, ECONNREFUSED);
}

TEST(SocketTest, DatagramsReachAFolderOfAnyDepth) {
  const DeepFolder folder;
  const OwnedFd inbox = bind_at(folder, "inbox", SocketType::Datagram);
  EXPECT_FALSE(try_receive_datagram(inbox, 16)) << "none yet, and no waiting";
  const auto sender = try_connect_at(folder, "inbox", SocketType::Datagram);
  ASSERT_EQ(sender.error, 0);
  const OwnedFd null = openat(BorrowedFd::cwd(), "/dev/null", O_RDONLY);
  for (const std::string& text : {std::string("one"), std::string(17, 'x'), std::string("")}) {
    ASSERT_EQ(try_send_message(sender.socket, text, &null), 0);
  }
  EXPECT_EQ(try_receive_datagram(inbox, 16), "one");
  EXPECT_EQ(try_receive_datagram(inbox, 16), "") << "too long";
  EXPECT_EQ(try_receive_datagram(inbox, 16), "");
  EXPECT_FALSE(try_receive_datagram(inbox, 16));
}

// In the abstract namespace, where there is no file to be left behind.
TEST(SocketTest, DatagramsGoToAnAddressAsItIsWritten) {
  const std::string name = base::cat("socket-test-", getpid());
  EXPECT_THROW(connect_datagram("@" + name), base::Error);
  const OwnedFd inbox(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  name.copy(address.sun_path + 1, name.size());
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  ASSERT_EQ(bind(inbox.raw(), reinterpret_cast<const sockaddr*>(&address), length), 0);
  const OwnedFd sender = connect_datagram("@" + name);
  ASSERT_TRUE(send_message(sender, "hello"));
  EXPECT_EQ(try_receive_datagram(inbox, 16), "hello");
  // A receiver that does not read holds us up for as long as agreed.
  set_send_timeout(sender, 1);
  int error = 0;
  while (error == 0) error = try_send_message(sender, "x");
  EXPECT_EQ(error, EAGAIN);
}

TEST(SocketTest, WhatCanBeAnAddress) {
  for (const char* address : {"/run/systemd/notify", "@x", "/"}) {
    EXPECT_EQ(is_socket_address(address), std::string(address).size() > 1) << address;
  }
  for (const char* address : {"", "@", "notify", "./notify", "vsock:2:1234"}) {
    EXPECT_FALSE(is_socket_address(address)) << address;
  }
  EXPECT_TRUE(is_socket_address("/" + std::string(106, 'x')));
  EXPECT_FALSE(is_socket_address("/" + std::string(107, 'x')));
}

}  // namespace
}  // namespace sys
