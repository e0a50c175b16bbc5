#include "base/socket.h"

#include <cerrno>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"

namespace sys {
namespace {

using base::BorrowedFd;

// A folder whose path alone is longer than a socket's name may be.
OwnedFd deep_folder() {
  char name[] = "/tmp/socket-test-XXXXXX";
  if (mkdtemp(name) == nullptr) throw base::Error("mkdtemp", errno);
  OwnedFd folder = openat(BorrowedFd::cwd(), name, O_PATH | O_DIRECTORY);
  for (int depth = 0; depth < 3; ++depth) {
    const std::string part(100, 'd');
    mkdirat_if_absent(folder, part.c_str(), 0700);
    folder = openat(folder, part.c_str(), O_PATH | O_DIRECTORY);
  }
  return folder;
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

TEST(SocketTest, AMessageThatIsTooLongIsRefused) {
  const auto [left, right] = socket_pair(SocketType::Packet);
  ASSERT_TRUE(send_message(left, std::string(65, 'x')));
  EXPECT_THROW(receive_message(right, 64), base::Error);
}

TEST(SocketTest, ListensAndConnectsWhateverThePathsLength) {
  const OwnedFd folder = deep_folder();
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

}  // namespace
}  // namespace sys
