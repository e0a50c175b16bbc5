// The ioctls on interfaces, in new network namespaces: on lo, which each of them has.
#include <arpa/inet.h>
#include <cstdio>
#include <functional>
#include <gtest/gtest.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/interface.h"
#include "tests/support/forked.h"

namespace sys {
namespace {

using test_support::error_of;

void in_network_namespace(const std::function<void()>& body) {
  const auto enter = [] {
    return ::unshare(CLONE_NEWNET | (geteuid() == 0 ? 0 : CLONE_NEWUSER)) == 0;
  };
  test_support::in_child_after(enter, "network namespaces are forbidden here", body);
}

ifreq asked(unsigned long code) {
  ifreq request{};
  std::snprintf(request.ifr_name, sizeof request.ifr_name, "lo");
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  EXPECT_EQ(ioctl(fd, code, &request), 0);
  close(fd);
  return request;
}

std::string text_of(const sockaddr& address) {
  return inet_ntoa(reinterpret_cast<const sockaddr_in&>(address).sin_addr);
}

in_addr v4(const char* text) {
  in_addr address{};
  inet_pton(AF_INET, text, &address);
  return address;
}

TEST(Interfaces, FindsOneByName) {
  in_network_namespace([] {
    const Interfaces interfaces;
    EXPECT_EQ(interfaces.index_of("lo"), 1);
    EXPECT_FALSE(interfaces.index_if_exists("nope").has_value());
    EXPECT_EQ(error_of([&] { interfaces.index_of("nope"); }), "no interface \"nope\"");
    EXPECT_EQ(error_of([&] { interfaces.index_of("abcdefghijklmnop"); }),
              "\"abcdefghijklmnop\" is no name of an interface");
  });
}

TEST(Interfaces, BringsOneUp) {
  in_network_namespace([] {
    EXPECT_EQ(asked(SIOCGIFFLAGS).ifr_flags & IFF_UP, 0);
    for (int i = 0; i < 2; ++i) {
      Interfaces().bring_up("lo");
      EXPECT_NE(asked(SIOCGIFFLAGS).ifr_flags & IFF_UP, 0);
      EXPECT_NE(asked(SIOCGIFFLAGS).ifr_flags & IFF_LOOPBACK, 0) << "the others stay";
    }
  });
}

TEST(Interfaces, GivesItAnAddressAndRoutes) {
  in_network_namespace([] {
    const Interfaces interfaces;
    interfaces.bring_up("lo");
    interfaces.set_address("lo", v4("10.1.0.2"), v4("255.255.255.0"));
    EXPECT_EQ(text_of(asked(SIOCGIFADDR).ifr_addr), "10.1.0.2");
    EXPECT_EQ(text_of(asked(SIOCGIFNETMASK).ifr_netmask), "255.255.255.0");
    EXPECT_EQ(error_of([&] { interfaces.add_route("lo", {}, {}, v4("10.3.0.1")); }),
              "SIOCADDRT: Network is unreachable (ENETUNREACH)");
    interfaces.add_route("lo", {}, {}, v4("10.1.0.1"));
    interfaces.add_route("lo", v4("10.8.0.0"), v4("255.255.0.0"), {});
    EXPECT_EQ(error_of([&] { interfaces.add_route("lo", {}, {}, v4("10.1.0.1")); }),
              "SIOCADDRT: File exists (EEXIST)");
  });
}

TEST(Interfaces, RefusalNamesTheCall) {
  in_network_namespace([] {
    if (setresuid(1000, 1000, 1000) != 0) return;
    EXPECT_EQ(error_of([] { Interfaces().bring_up("lo"); }), "SIOCSIFFLAGS: not permitted (EPERM)");
  });
}

}  // namespace
}  // namespace sys
