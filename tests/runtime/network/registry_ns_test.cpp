// Who has which address: in a mount namespace with a /run of its own.
#include <fcntl.h>
#include <functional>
#include <gtest/gtest.h>
#include <linux/sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "base/file.h"
#include "runtime/network/registry.h"
#include "tests/support/forked.h"

namespace runtime::network {
namespace {

using netlink::IpAddress;
using netlink::IpPrefix;
using netlink::MacAddress;
using test_support::error_of;

void with_own_run(const std::function<void()>& body) {
  const auto enter = [] {
    return mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           mount("none", "/run", "tmpfs", 0, nullptr) == 0;
  };
  const auto in_namespace = [&] {
    if (!enter()) ADD_FAILURE() << "no tmpfs on /run";
    body();
  };
  test_support::in_child(in_namespace, CLONE_NEWNS);
}

// A container by its state folder.
Owner container(const char* name) {
  const std::string path = std::string("/run/") + name;
  mkdir(path.c_str(), 0700);
  return owner_of(sys::openat(base::BorrowedFd::cwd(), path.c_str(), O_PATH | O_DIRECTORY));
}

Attachment attachment(const char* mac, std::vector<std::string> addresses = {},
                      std::uint16_t vlan = 0) {
  return {1, "br0", "eth0", mac, std::move(addresses), vlan, "", ""};
}

constexpr const char* kMac = "02:00:00:00:00:01";
constexpr const char* kOther = "02:00:00:00:00:02";

void take(Attachment wanted, const Owner& owner) { Registry::open().take(wanted, {}, {}, owner); }

std::string pick(const char* mac, const Owner& owner, std::vector<IpAddress> reserved = {}) {
  Attachment wanted = attachment(mac);
  Registry::open().take(wanted, {IpPrefix::parse("10.1.0.0/29").value()}, reserved, owner);
  return wanted.addresses.at(0);
}

TEST(Registry, IsMadeByTheFirst) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root";
  with_own_run([] {
    EXPECT_FALSE(Registry::open_if_exists().has_value());
    Registry::open();
    EXPECT_TRUE(Registry::open_if_exists().has_value());
  });
}

TEST(Registry, AnAddressIsOneContainers) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root";
  with_own_run([] {
    const Owner first = container("first");
    const Owner second = container("second");
    take(attachment(kMac, {"10.1.0.2/24"}), first);
    EXPECT_EQ(error_of([&] { take(attachment(kOther, {"10.1.0.2/16"}), second); }),
              "address: 10.1.0.2 belongs to the container in /run/first");
    EXPECT_EQ(error_of([&] { take(attachment(kMac), second); }),
              "mac: 02:00:00:00:00:01 belongs to the container in /run/first");
    take(attachment(kOther, {"10.1.0.2/24"}, 10), second);  // another network
    Registry::open().release(attachment(kMac, {"10.1.0.2/24"}), second);
    EXPECT_NE(error_of([&] { take(attachment(kMac), second); }), "")
        << "not the owner's to release";
    Registry::open().release(attachment(kMac, {"10.1.0.2/24"}), first);
    take(attachment(kMac, {"10.1.0.2/24"}), second);
  });
}

TEST(Registry, WhatTheDeadHadIsFree) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root";
  with_own_run([] {
    take(attachment(kMac, {"10.1.0.2/24", "fd01::2/64"}), container("first"));
    rmdir("/run/first");
    take(attachment(kOther, {"fd01::2/64"}), container("second"));
    EXPECT_EQ(Registry::open().segments().at(0).leases.size(), 1U) << "all of the dead one's went";
  });
}

TEST(Registry, PicksTheLowestAndSparesTheReserved) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root";
  with_own_run([] {
    const Owner owner = container("first");
    const std::vector<IpAddress> reserved = {IpAddress::parse("10.1.0.1").value()};
    EXPECT_EQ(pick("02:00:00:00:00:01", owner, reserved), "10.1.0.2/29");
    EXPECT_EQ(pick("02:00:00:00:00:02", owner, reserved), "10.1.0.3/29");
    Registry::open().release(attachment("02:00:00:00:00:01"), owner);
    EXPECT_EQ(pick("02:00:00:00:00:03", owner, reserved), "10.1.0.2/29");
    for (const char* mac : {"02:00:00:00:00:04", "02:00:00:00:00:05", "02:00:00:00:00:06"}) {
      pick(mac, owner, reserved);
    }
    EXPECT_EQ(error_of([&] { pick("02:00:00:00:00:07", container("second"), reserved); }),
              "address: none of 10.1.0.0/29 is free");
    rmdir("/run/first");
    EXPECT_EQ(pick("02:00:00:00:00:07", container("second"), reserved), "10.1.0.2/29");
  });
}

// A taker that was killed between its file and the links to it.
TEST(Registry, ATakerThatWasKilledTakesNothingAwayFromOthers) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root";
  with_own_run([] {
    const Owner first = container("first");
    const Owner second = container("second");
    take(attachment(kMac, {"10.1.0.2/24"}), first);
    unlink("/run/runtime-network/1.br0/10.1.0.2");
    take(attachment(kOther, {"10.1.0.2/24"}), second);
    Registry::open().release(attachment(kMac), first);
    EXPECT_EQ(error_of([&] { take(attachment(kMac, {"10.1.0.2/24"}), first); }),
              "address: 10.1.0.2 belongs to the container in /run/second");
  });
}

TEST(Registry, KnowsWhichBridgesAreOurs) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root";
  with_own_run([] {
    Registry registry = Registry::open();
    EXPECT_FALSE(registry.made_bridge(1, "br0").has_value());
    registry.note_bridge(1, "br0", MacAddress::parse(kMac).value());
    EXPECT_EQ(registry.made_bridge(1, "br0").value().text(), kMac);
    EXPECT_FALSE(registry.made_bridge(2, "br0").has_value()) << "of another network namespace";
    EXPECT_FALSE(registry.is_used(1, "br0"));
    Attachment wanted = attachment(kMac);
    registry.take(wanted, {}, {}, container("first"));
    EXPECT_TRUE(registry.is_used(1, "br0"));
    registry.release(wanted, container("first"));
    registry.forget(1, "br0");
    EXPECT_TRUE(registry.segments().empty());
  });
}

}  // namespace
}  // namespace runtime::network
