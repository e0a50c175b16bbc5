// The sets as the kernel has them after all: in forked processes, new namespaces, other users.
#include <functional>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/capabilities.h"
#include "base/credentials.h"
#include "base/error.h"
#include "base/file.h"
#include "base/process.h"
#include "base/text.h"
#include "runtime/security/capabilities.h"

namespace runtime::security {
namespace {

constexpr std::uint64_t bit(unsigned capability) { return std::uint64_t{1} << capability; }

// Runs `body` in a child cloned as a container's init is; its failures are the test's.
void in_child(std::uint64_t flags, const std::function<void()>& body) {
  const sys::Cloned child = sys::clone3(flags, nullptr);
  if (child.pid == 0) {
    try {
      body();
    } catch (const base::Error& error) {
      ADD_FAILURE() << error.text();
    }
    fflush(nullptr);
    _exit(testing::Test::HasFailure() ? 1 : 0);
  }
  const auto exit = sys::reap(child.pidfd);
  ASSERT_TRUE(exit.has_value());
  EXPECT_EQ(exit->shell_status(), 0) << "see the output above";
}

// The mask "CapEff:" and the like of a /proc/<pid>/status.
std::uint64_t mask_of(const std::string& status, const std::string& field) {
  const auto at = status.find(field + ":\t");
  return at == std::string::npos
             ? 0
             : base::parse_int<std::uint64_t>(status.substr(at + field.size() + 2, 16), 16)
                   .value_or(0);
}

void expect_status(const std::string& status, const CapabilitySets& sets) {
  EXPECT_EQ(mask_of(status, "CapBnd"), sets.bounding);
  EXPECT_EQ(mask_of(status, "CapPrm"), sets.permitted);
  EXPECT_EQ(mask_of(status, "CapEff"), sets.effective);
  EXPECT_EQ(mask_of(status, "CapInh"), sets.inheritable);
  EXPECT_EQ(mask_of(status, "CapAmb"), sets.ambient);
}

// In the order of the init.
void become(uid_t uid, const CapabilitySets& sets) {
  drop_bounding(sets);
  sys::set_keep_capabilities(true);
  sys::setresgid(uid);
  sys::setresuid(uid);
  apply(sets);
}

std::string own_status() { return sys::read_file(base::BorrowedFd::cwd(), "/proc/self/status"); }

class CapabilitySet : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "needs root";
  }
  const CapabilitySets some_{bit(CAP_CHOWN) | bit(CAP_KILL) | bit(CAP_NET_RAW),
                             bit(CAP_CHOWN) | bit(CAP_NET_RAW), bit(CAP_NET_RAW),
                             bit(CAP_CHOWN) | bit(CAP_KILL) | bit(CAP_NET_RAW), bit(CAP_NET_RAW)};
};

TEST_F(CapabilitySet, IsTheKernels) {
  for (const uid_t uid : {0U, 1000U}) {
    for (const CapabilitySets& sets : {some_, CapabilitySets{}}) {
      in_child(0, [&] {
        become(uid, sets);
        expect_status(own_status(), sets);
      });
    }
  }
}

TEST_F(CapabilitySet, AmbientOnesOutliveTheExecOfAnotherUser) {
  in_child(0, [&] {
    become(1000, some_);
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    if (fork() == 0) {
      dup2(ends[1], 1);
      execl("/bin/cat", "cat", "/proc/self/status", nullptr);
      _exit(127);
    }
    close(ends[1]);
    const std::string status = base::read_all(base::BorrowedFd(ends[0]), 1 << 16);
    EXPECT_EQ(mask_of(status, "CapEff"), some_.ambient);
    EXPECT_EQ(mask_of(status, "CapPrm"), some_.ambient);
    EXPECT_EQ(mask_of(status, "CapBnd"), some_.bounding);
  });
}

TEST_F(CapabilitySet, OfTheCallerDoNotLeakIn) {
  in_child(0, [&] {
    // A caller that has inheritable and ambient ones itself.
    auto own = sys::capget();
    own.inheritable = bit(CAP_KILL) | bit(CAP_NET_ADMIN);
    sys::capset(own);
    sys::raise_ambient_capability(CAP_KILL);
    const CapabilitySets sets{bit(CAP_KILL), bit(CAP_KILL), bit(CAP_KILL), bit(CAP_KILL), 0};
    become(0, sets);
    expect_status(own_status(), sets);
  });
}

TEST_F(CapabilitySet, WorksInNewNamespacesWithoutProc) {
  const auto before = resolve({}, nullptr);  // the parent has used the library
  EXPECT_EQ(before.permitted, 0U);
  for (const std::uint64_t user : {std::uint64_t{0}, std::uint64_t{CLONE_NEWUSER}}) {
    in_child(CLONE_NEWPID | CLONE_NEWNS | user, [&] {
      mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
      if (user == 0) {
        ASSERT_EQ(umount2("/proc", MNT_DETACH), 0);
      }
      drop_bounding(some_);
      apply(some_);
      EXPECT_EQ(all_names().at(0), "CAP_CHOWN");
      EXPECT_EQ(sys::capget().permitted, some_.permitted);
    });
  }
}

TEST_F(CapabilitySet, ThatCannotBeHadIsAnError) {
  in_child(0, [&] {
    become(0, {~std::uint64_t{0}, bit(CAP_CHOWN), 0, bit(CAP_CHOWN), 0});
    std::string text;
    try {
      apply({0, bit(CAP_KILL), 0, bit(CAP_KILL), 0});
    } catch (const base::Error& error) {
      text = error.text();
    }
    EXPECT_EQ(text, "capset: not permitted (EPERM)");
  });
}

TEST_F(CapabilitySet, CallersOwnBoundTheGrant) {
  in_child(0, [&] {
    auto own = sys::capget();
    own.permitted &= ~bit(CAP_NET_RAW);
    own.effective &= ~bit(CAP_NET_RAW);
    sys::capset(own);
    oci::Capabilities wanted;
    wanted.bounding = wanted.permitted = wanted.effective = {"CAP_NET_RAW", "CAP_CHOWN"};
    std::vector<std::string> warnings;
    EXPECT_EQ(resolve(wanted, &warnings).permitted, bit(CAP_CHOWN));
    EXPECT_EQ(warnings.size(), 1U);
    warnings.clear();
    EXPECT_EQ(resolve(wanted, &warnings, Grant::UserNamespace).permitted,
              bit(CAP_CHOWN) | bit(CAP_NET_RAW));
    EXPECT_TRUE(warnings.empty());
  });
}

}  // namespace
}  // namespace runtime::security
