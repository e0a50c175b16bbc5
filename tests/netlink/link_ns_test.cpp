// Links, bridges, addresses and routes in a network namespace, as the kernel takes them and tells
// of them. What traffic they carry is in integration/network.bats.
#include <functional>
#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/interface.h"
#include "netlink/address.h"
#include "netlink/bridge.h"
#include "netlink/link.h"
#include "netlink/socket.h"
#include "tests/support/forked.h"

namespace netlink {
namespace {

using test_support::error_of;

void in_network_namespace(const std::function<void(Socket&)>& body) {
  const auto enter = [] {
    return unshare(CLONE_NEWNET | (geteuid() == 0 ? 0 : CLONE_NEWUSER)) == 0;
  };
  test_support::in_child_after(enter, "network namespaces are forbidden here", [&] {
    Socket socket;
    body(socket);
  });
}

MacAddress mac(const char* text) { return MacAddress::parse(text).value(); }
IpPrefix prefix(const char* text) { return IpPrefix::parse(text).value(); }

int add_bridge(Socket& socket, const char* name) {
  NewBridge bridge(name, mac("02:00:00:00:00:01"), false);
  socket.request(bridge);
  return sys::Interfaces().index_of(name);
}

// Both ends here.
int add_pair(Socket& socket, int master) {
  NewVeth pair({"here", mac("02:00:00:00:00:02"), 1400}, master,
               {"there", mac("02:00:00:00:00:03"), 1400}, {getpid(), {}});
  socket.request(pair);
  return sys::Interfaces().index_of("here");
}

TEST(Socket, TakesManyRequestsAndTellsRefusalsApart) {
  in_network_namespace([](Socket& socket) {
    SetLinkUp good(1);
    SetLinkUp bad(4711);
    socket.request(good);
    EXPECT_NE(error_of([&] { socket.request(bad); }), "");
    socket.request(good);
  });
}

TEST(Link, IsFoundAsItWasMade) {
  in_network_namespace([](Socket& socket) {
    const int bridge = add_bridge(socket, "br0");
    const int port = add_pair(socket, bridge);
    const auto found = find_link(socket, "here");
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->index, port);
    EXPECT_EQ(found->kind, "veth");
    EXPECT_EQ(found->mac, mac("02:00:00:00:00:02"));
    EXPECT_EQ(found->master, bridge);
    EXPECT_FALSE(found->up);
    EXPECT_EQ(find_link(socket, "there")->mac, mac("02:00:00:00:00:03"));
    EXPECT_EQ(find_link(socket, "br0")->kind, "bridge");
    EXPECT_TRUE(find_link(socket, "br0")->up);
    EXPECT_TRUE(find_link(socket, "lo")->loopback);
    EXPECT_FALSE(find_link(socket, "nope").has_value());
  });
}

TEST(Link, PortsAreThoseOfTheMaster) {
  in_network_namespace([](Socket& socket) {
    const int bridge = add_bridge(socket, "br0");
    EXPECT_TRUE(ports_of(socket, bridge).empty());
    add_pair(socket, bridge);
    const auto ports = ports_of(socket, bridge);
    ASSERT_EQ(ports.size(), 1U);
    EXPECT_EQ(ports[0].name, "here");
    SetMaster none(ports[0].index, 0);
    socket.request(none);
    EXPECT_TRUE(ports_of(socket, bridge).empty());
  });
}

TEST(Link, OpenedAsAPortItHasItsSettings) {
  in_network_namespace([](Socket& socket) {
    const int port = add_pair(socket, add_bridge(socket, "br0"));
    AddForwarding forwarding(port, mac("02:00:00:00:00:03"));
    socket.request(forwarding);
    OpenPort open(port, {.isolated = true, .guard = true, .locked = true}, std::string(255, 'a'));
    socket.request(open);
    const auto found = find_link(socket, "here");
    EXPECT_TRUE(found->up && found->isolated && found->locked);
    OpenPort plain(port, {}, "");
    socket.request(plain);
    EXPECT_FALSE(find_link(socket, "here")->isolated || find_link(socket, "here")->locked);
  });
}

TEST(Link, GoesAndIsRefusedInTheKernelsWords) {
  in_network_namespace([](Socket& socket) {
    const int port = add_pair(socket, add_bridge(socket, "br0"));
    NewBridge again("br0", mac("02:00:00:00:00:01"), false);
    EXPECT_EQ(socket.try_request(again).error, EEXIST);
    NewMacvlan nowhere({"up0", mac("02:00:00:00:00:05"), 0}, 4711, 4, {getpid(), {}});
    EXPECT_NE(error_of([&] { socket.request(nowhere); }), "");
    DeleteLink removal(port);
    socket.request(removal);
    EXPECT_FALSE(find_link(socket, "there").has_value()) << "both ends of a pair go";
    EXPECT_EQ(socket.try_request(removal).error, ENODEV);
  });
}

TEST(Address, IsFoundAsItWasGiven) {
  in_network_namespace([](Socket& socket) {
    const int bridge = add_bridge(socket, "br0");
    for (const char* text : {"10.1.0.2/24", "10.2.0.2/31", "fd01::2/64"}) {
      NewAddress address(bridge, LinkAddress::usual(prefix(text)));
      socket.request(address);
      EXPECT_EQ(socket.try_request(address).error, EEXIST);
    }
    const auto found = global_permanent_addresses(socket, bridge);
    ASSERT_EQ(found.size(), 3U) << "none of lo's, nor the link-local one";
    EXPECT_EQ(found[0].prefix.text(), "10.1.0.2/24");
    EXPECT_EQ(found[0].broadcast.value().text(), "10.1.0.255");
    EXPECT_EQ(found[1].prefix.text(), "10.2.0.2/31");
    EXPECT_FALSE(found[1].broadcast.has_value());
    EXPECT_EQ(found[2].prefix.text(), "fd01::2/64");
    EXPECT_TRUE(global_permanent_addresses(socket, 1).empty());
  });
}

// Who has CAP_NET_ADMIN in the namespace, as a container may, can write to our socket.
TEST(Socket, HearsNobodyButTheKernel) {
  in_network_namespace([](Socket& socket) {
    ASSERT_TRUE(find_link(socket, "lo").has_value());
    const int other = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    struct {
      nlmsghdr header;
      nlmsgerr error;
    } forged{};
    forged.header.nlmsg_len = sizeof forged;
    forged.header.nlmsg_type = NLMSG_ERROR;
    forged.header.nlmsg_seq = 2;
    forged.error.error = -EPERM;
    sockaddr_nl ours{};
    ours.nl_family = AF_NETLINK;
    ours.nl_pid = static_cast<std::uint32_t>(getpid());
    ASSERT_EQ(sendto(other, &forged, sizeof forged, 0, reinterpret_cast<const sockaddr*>(&ours),
                     sizeof ours),
              static_cast<ssize_t>(sizeof forged));
    close(other);
    EXPECT_EQ(error_of([&] { EXPECT_TRUE(find_link(socket, "lo").has_value()); }), "");
  });
}

TEST(Address, OfAPointToPointLinkKeepsItsPeer) {
  in_network_namespace([](Socket& socket) {
    const int bridge = add_bridge(socket, "br0");
    NewAddress address(bridge, {prefix("10.1.0.2/32"), IpAddress::parse("10.9.0.1").value(), {}});
    socket.request(address);
    const auto found = global_permanent_addresses(socket, bridge);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].prefix.text(), "10.1.0.2/32");
    EXPECT_EQ(found[0].peer.text(), "10.9.0.1");
  });
}

TEST(Route, TakesAGatewayThatIsOnTheLink) {
  in_network_namespace([](Socket& socket) {
    const int bridge = add_bridge(socket, "br0");
    NewAddress address(bridge, LinkAddress::usual(prefix("10.1.0.2/24")));
    socket.request(address);
    NewRoute good(bridge, prefix("0.0.0.0/0"), IpAddress::parse("10.1.0.1"));
    socket.request(good);
    NewRoute direct(bridge, prefix("10.7.0.0/16"), std::nullopt);
    socket.request(direct);
    NewRoute bad(bridge, prefix("10.8.0.0/16"), IpAddress::parse("10.3.0.1"));
    EXPECT_EQ(error_of([&] { socket.request(bad); }),
              "netlink: \"Nexthop has invalid gateway\": Network is unreachable (ENETUNREACH)");
  });
}

}  // namespace
}  // namespace netlink
