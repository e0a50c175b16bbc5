#include "runtime/protocol/channel.h"

#include <cerrno>
#include <cstring>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/socket.h"
#include "base/text.h"
#include "runtime/protocol/exec_error.h"

namespace runtime {
namespace {

using base::Error;

// The text of the error that `action` throws.
template <typename Action>
std::string error_of(Action action, int* exit_status = nullptr) {
  try {
    action();
  } catch (const Error& error) {
    if (exit_status != nullptr) *exit_status = error.exit_status();
    return error.text();
  }
  return "no error";
}

TEST(ChannelTest, AMessageArrives) {
  auto [parent, init] = Channel::make_pair();
  ASSERT_TRUE(init.send<Ready>());
  EXPECT_TRUE(parent.expect<Ready>());
}

TEST(ChannelTest, SilenceAndThenTheEndIsEmpty) {
  auto [parent, init] = Channel::make_pair();
  init.close();
  EXPECT_FALSE(parent.expect<Ready>());
  EXPECT_FALSE(parent.send<Start>());
}

TEST(ChannelTest, AFaultIsThrownWithOurFramesAndItsStatus) {
  auto [parent, init] = Channel::make_pair();
  {
    const base::NoContext fresh;
    init.send_fault(Error("mounts[2]: fsopen", ENODEV).with_exit_status(126));
  }
  const base::Context creating{[] { return "create web"; }};
  int status = 0;
  EXPECT_EQ(error_of([&] { parent.expect<Ready>(); }, &status),
            "create web: mounts[2]: fsopen: No such device (ENODEV)");
  EXPECT_EQ(status, 126);
}

TEST(ChannelTest, AFaultTooLongForAPacketIsCut) {
  auto [parent, init] = Channel::make_pair();
  init.send_fault(Error(std::string(100'000, 'x')));
  const std::string text = error_of([&] { parent.expect<Ready>(); });
  EXPECT_GT(text.size(), 1000U);
  EXPECT_LT(text.size(), 5000U);
}

TEST(ChannelTest, AnotherMessageThanTheOneDueIsAnError) {
  auto [parent, init] = Channel::make_pair();
  init.send<ConsoleMaster>();
  EXPECT_EQ(
      error_of([&] { parent.expect<Ready>(); }),
      base::cat("the other process sent message ",
                static_cast<std::uint32_t>(MessageTag::ConsoleMaster), " where Ready was due"));
}

// S-38: a peer that doesn't keep to the protocol.
TEST(ChannelTest, AHostilePeerIsRefused) {
  for (const std::string& bytes : {std::string("x"), std::string(5000, 'x')}) {
    auto [parent, init] = Channel::make_pair();
    sys::send_message(init.socket(), bytes);
    EXPECT_NE(error_of([&] { parent.expect<Ready>(); }), "no error");
  }
}

// Nor can it make of a failure a success, or one that nobody hears of.
TEST(ChannelTest, AFaultOfNothingIsAFailureAllTheSame) {
  for (const MessageTag tag : {MessageTag::Fault, MessageTag::CallFailure}) {
    const std::int32_t packet[] = {static_cast<std::int32_t>(tag), 0, 0};
    auto [parent, init] = Channel::make_pair();
    sys::send_message(init.socket(), {reinterpret_cast<const char*>(packet), sizeof packet});
    int status = 0;
    EXPECT_EQ(error_of([&] { parent.expect<Ready>(); }, &status),
              "the other process failed, and didn't say why");
    EXPECT_EQ(status, 1);
  }
}

TEST(ChannelTest, AfterStartTheEndMeansThatItRuns) {
  auto [parent, init] = Channel::make_pair();
  init.close();
  EXPECT_NO_THROW(parent.expect_exec());
}

TEST(ChannelTest, AFailedExecveIsReported) {
  auto [parent, init] = Channel::make_pair();
  LastWords failure = LastWords::exec_failure("/bin/x");
  failure.send(init.socket(), ENOEXEC);
  int status = 0;
  EXPECT_EQ(error_of([&] { parent.expect_exec(); }, &status),
            "exec: \"/bin/x\": exec format error");
  EXPECT_EQ(status, 126);
}

TEST(ChannelTest, AFaultAmongTheLastWordsIsNoSuccess) {
  auto [parent, init] = Channel::make_pair();
  LastWords denied = LastWords::capset_denied();
  denied.send(init.socket(), EPERM);
  int status = 0;
  EXPECT_EQ(error_of([&] { parent.expect_exec(); }, &status),
            "/linux/seccomp: without /process/noNewPrivileges a profile has to allow capset");
  EXPECT_EQ(status, 1);
}

TEST(ChannelTest, OfACallThatFailedTheErrnoIsPutIntoWordsHere) {
  auto [parent, init] = Channel::make_pair();
  LastWords failure = LastWords::call_failure("munmap");
  const sys::Packet packet = failure.packet();
  const int code = EBADF;
  std::memcpy(packet.code, &code, sizeof code);
  ASSERT_TRUE(sys::send_message(
      init.socket(), std::string_view(static_cast<const char*>(packet.bytes), packet.size)));
  int status = 0;
  EXPECT_EQ(error_of([&] { parent.expect<Ready>(); }, &status),
            "munmap: Bad file descriptor (EBADF)");
  EXPECT_EQ(status, 1);
}

// Client contract §4: the engines' exit codes 126 and 127 hang on these very words.
TEST(ExecErrorTest, Words) {
  EXPECT_EQ(exec_error("/x", ENOENT).text(), "exec: \"/x\": stat /x: no such file or directory");
  EXPECT_EQ(exec_error("/x", ENOENT).exit_status(), 127);
  EXPECT_EQ(exec_error("/x", EACCES).text(), "exec: \"/x\": permission denied");
  EXPECT_EQ(exec_error("/x", EACCES).exit_status(), 126);
  EXPECT_EQ(exec_error("/x", EISDIR).text(), "exec: \"/x\": is a directory (permission denied)");
  EXPECT_EQ(not_in_path("x").text(), "exec: \"x\": executable file not found in $PATH");
  EXPECT_EQ(not_in_path("x").exit_status(), 127);
  EXPECT_EQ(execve_error("/x", 4000).text(), "exec: \"/x\": errno 4000");
}

}  // namespace
}  // namespace runtime
