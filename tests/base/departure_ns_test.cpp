// A process that leaves its executable and becomes a program, each in a child of its own.
#include <cerrno>
#include <cstring>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>
#include <vector>

#include "base/departure.h"
#include "base/exec_array.h"
#include "base/file.h"
#include "base/memfd.h"
#include "base/process.h"
#include "base/socket.h"
#include "tests/support/forked.h"

namespace sys {
namespace {

constexpr std::uint32_t kGo = 7;

// A word, and room for the errno behind it.
std::string packet(std::uint32_t word) {
  std::string bytes(sizeof word + sizeof(int), '\0');
  std::memcpy(bytes.data(), &word, sizeof word);
  return bytes;
}

int code_of(const std::string& bytes) {
  int code = 0;
  std::memcpy(&code, bytes.data() + sizeof(std::uint32_t), sizeof code);
  return code;
}

// All that the calls point to, on the heap.
struct Plan {
  std::string ready = packet(1);
  std::vector<std::string> complaints;
  std::vector<std::string> words;
  std::vector<char*> argv;
  std::string path;
  LastCalls calls;
  OwnedFd code = memfd_create("test");
  ExecutableLink link;

  Plan(const std::string& program, std::vector<std::string> arguments, BorrowedFd parent)
      : words(std::move(arguments)), argv(exec_array(words)), path(program) {
    write_last_code(code);
    EXPECT_TRUE(try_seal(code));
    const auto count = static_cast<std::uint32_t>(LastCall::Count);
    for (std::uint32_t call = 0; call < count; ++call) complaints.push_back(packet(100 + call));
    for (std::uint32_t call = 0; call < count; ++call) {
      std::string& bytes = complaints[call];
      calls.complaints[call] = {bytes.data(), bytes.size(), bytes.data() + sizeof call};
    }
    calls.ready = {ready.data(), ready.size(), nullptr};
    calls.go_on = kGo;
    calls.parent = parent.raw();
    calls.path = path.c_str();
    calls.argv = argv.data();
    calls.envp = argv.data() + words.size();  // none
    calls.failure_status = 9;
  }
};

void in_permitted_child(const std::function<void()>& body) {
  const auto permitted = [] { return geteuid() == 0 && can_move_code(); };
  test_support::in_child_after(permitted, "PR_SET_MM_MAP takes a capability", body);
}

// A clone that departs with that plan; what it says, and how it ended.
struct Heard {
  std::vector<std::string> packets;
  Exit exit;
};
Heard depart(const std::string& program, std::vector<std::string> arguments, std::uint32_t answer) {
  auto [ours, theirs] = socket_pair(SocketType::Packet);
  const Cloned cloned = clone3(0, nullptr);
  if (cloned.pid == 0) {
    ours.reset();
    Plan plan(program, std::move(arguments), theirs);
    make_last_calls(plan.calls, plan.code, plan.link);
  }
  theirs.reset();
  Heard heard;
  auto first = receive_message(ours, 64);
  if (first) heard.packets.push_back(first->bytes);
  send_message(ours, packet(answer));
  while (auto next = receive_message(ours, 64)) heard.packets.push_back(next->bytes);
  heard.exit = *reap(cloned.pidfd);
  return heard;
}

TEST(Departure, BecomesTheProgram) {
  in_permitted_child([] {
    const Heard heard = depart("/bin/sh", {"sh", "-c", "exit 5"}, kGo);
    ASSERT_EQ(heard.packets.size(), 1U);
    EXPECT_EQ(heard.packets[0], packet(1));
    EXPECT_EQ(heard.exit.value, 5);
  });
}

TEST(Departure, TellsWhyItCouldNot) {
  in_permitted_child([] {
    const Heard heard = depart("/nowhere", {"nowhere"}, kGo);
    ASSERT_EQ(heard.packets.size(), 2U);
    EXPECT_EQ(heard.packets[1].substr(0, 4),
              packet(100 + static_cast<std::uint32_t>(LastCall::Execute)).substr(0, 4));
    EXPECT_EQ(code_of(heard.packets[1]), ENOENT);
    EXPECT_EQ(heard.exit.value, 9);
  });
}

TEST(Departure, EndsWhenItIsToldAnythingElse) {
  in_permitted_child([] {
    const Heard heard = depart("/bin/sh", {"sh", "-c", "exit 5"}, kGo + 1);
    EXPECT_EQ(heard.packets.size(), 1U);
    EXPECT_EQ(heard.exit.value, 9);
  });
}

}  // namespace
}  // namespace sys
