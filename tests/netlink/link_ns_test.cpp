// The kernel's side of it, in new network namespaces.
#include <functional>
#include <gtest/gtest.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "netlink/link.h"
#include "netlink/socket.h"
#include "tests/support/forked.h"

namespace netlink {
namespace {

using test_support::error_of;

void in_network_namespace(const std::function<void()>& body) {
  const auto enter = [] {
    return unshare(CLONE_NEWNET | (geteuid() == 0 ? 0 : CLONE_NEWUSER)) == 0;
  };
  test_support::in_child_after(enter, "network namespaces are forbidden here", body);
}

short flags_of(const char* name) {
  ifreq request{};
  std::snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  EXPECT_EQ(ioctl(fd, SIOCGIFFLAGS, &request), 0);
  close(fd);
  return request.ifr_flags;
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
