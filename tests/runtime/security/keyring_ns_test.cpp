// Session keyrings of forked processes.
#include <cerrno>
#include <functional>
#include <gtest/gtest.h>
#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/keyring.h"
#include "base/text.h"
#include "runtime/security/keyring.h"
#include "tests/support/forked.h"

namespace runtime::security {
namespace {

constexpr int kSession = KEY_SPEC_SESSION_KEYRING;

long session_serial() { return syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, kSession, 0); }

std::string session_name() {
  char text[512]{};
  if (syscall(SYS_keyctl, KEYCTL_DESCRIBE, kSession, text, sizeof text) < 0) return "";
  return std::string(base::split(text, ';').back());
}

void in_child_with_keys(const std::function<void()>& body) {
  if (session_serial() < 0 && errno == ENOSYS) GTEST_SKIP() << "the kernel has no keys";
  test_support::in_child(body);
}

TEST(SessionKeyring, IsNewAndNamed) {
  const std::string name = session_keyring_name(base::cat("test-", getpid()));
  in_child_with_keys([&] {
    const long before = session_serial();
    join_session_keyring(name);
    EXPECT_EQ(session_name(), name);
    EXPECT_NE(session_serial(), before);
    EXPECT_EQ(syscall(SYS_keyctl, KEYCTL_READ, kSession, nullptr, 0), 0) << "it is empty";
    // Another container of that name, under another root.
    const long first = session_serial();
    join_session_keyring(name);
    EXPECT_NE(session_serial(), first);
  });
}

TEST(SessionKeyring, IsNotOneThatSomebodyHasLaidOut) {
  const std::string name = session_keyring_name(base::cat("trap-", getpid()));
  in_child_with_keys([&] {
    ASSERT_GE(syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, name.c_str()), 0);
    ASSERT_EQ(syscall(SYS_keyctl, KEYCTL_SETPERM, kSession, 0x3f3f3f3f), 0);
    const long trap = session_serial();
    in_child_with_keys([&] {
      join_session_keyring(name);
      EXPECT_NE(session_serial(), trap);
      EXPECT_EQ(session_name(), "_ses");
    });
  });
}

TEST(SessionKeyring, SaysWhatToDoWhenThereIsNoRoomForIt) {
  in_child_with_keys([] {
    // A user with nothing but what this test makes, and the ordinary quota.
    constexpr uid_t kUser = 54321;
    constexpr int kMore = 100000;
    if (setresuid(kUser, kUser, kUser) != 0) return;
    ASSERT_EQ(sys::try_join_session_keyring(nullptr), 0);
    for (int i = 0; i < kMore; ++i) {
      const std::string name = base::cat("filler ", i);
      if (syscall(SYS_add_key, "keyring", name.c_str(), nullptr, 0, kSession) < 0) break;
    }
    ASSERT_EQ(errno, EDQUOT);
    EXPECT_EQ(test_support::error_of([] { join_session_keyring("_ses.full"); }),
              "session keyring _ses.full: no room for another key (sysctl kernel.keys.maxkeys, "
              "for root kernel.keys.root_maxkeys; --no-new-keyring does without): Disk quota "
              "exceeded (EDQUOT)");
  });
}

}  // namespace
}  // namespace runtime::security
