// The kernel's side of it, in new network namespaces.
#include <gtest/gtest.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "netlink/link.h"
#include "netlink/socket.h"

namespace netlink {
namespace {

template <typename Body>
void in_network_namespace(Body body) {
  constexpr int kSkip = 77;
  const pid_t child = fork();
  if (child == 0) {
    if (unshare(CLONE_NEWNET | (geteuid() == 0 ? 0 : CLONE_NEWUSER)) != 0) _exit(kSkip);
    try {
      body();
    } catch (const base::Error& error) {
      ADD_FAILURE() << error.text();
    }
    fflush(nullptr);
    _exit(testing::Test::HasFailure() ? 1 : 0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  if (WIFEXITED(status) && WEXITSTATUS(status) == kSkip) {
    GTEST_SKIP() << "network namespaces are forbidden here";
  }
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "see the output above";
}

short flags_of(const char* name) {
  ifreq request{};
  std::snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  EXPECT_EQ(ioctl(fd, SIOCGIFFLAGS, &request), 0);
  close(fd);
  return request.ifr_flags;
}

std::string error_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const base::Error& error) {
    return error.text();
  }
  return "";
}

TEST(Loopback, ComesUp) {
  in_network_namespace([] {
    EXPECT_EQ(flags_of("lo") & IFF_UP, 0);
    bring_up_loopback();
    EXPECT_NE(flags_of("lo") & IFF_UP, 0);
    EXPECT_NE(flags_of("lo") & IFF_LOOPBACK, 0) << "the other flags are untouched";
    bring_up_loopback();
    EXPECT_NE(flags_of("lo") & IFF_UP, 0);
  });
}

TEST(Loopback, RefusalNamesIt) {
  in_network_namespace([] {
    if (setresuid(1000, 1000, 1000) != 0) return;
    EXPECT_EQ(error_of([] { bring_up_loopback(); }),
              "loopback interface: netlink: not permitted (EPERM)");
  });
}

TEST(Socket, TakesManyRequestsAndTellsRefusalsApart) {
  in_network_namespace([] {
    Socket socket;
    SetLinkUp good(kLoopbackIndex);
    SetLinkUp bad(4711);
    socket.request(good);
    EXPECT_NE(error_of([&] { socket.request(bad); }), "");
    socket.request(good);
  });
}

}  // namespace
}  // namespace netlink
