// Parameters of namespaces of the test's own, in a forked process.
#include <functional>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/file.h"
#include "runtime/init/sysctl.h"
#include "tests/support/forked.h"

namespace runtime {
namespace {

using base::BorrowedFd;

void in_namespaces(const std::function<void()>& body) {
  const auto enter = [] {
    return unshare(CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNS) == 0;
  };
  test_support::in_child_after(enter, "namespaces are forbidden", body);
}

std::string value_of(const std::string& path) {
  return sys::read_file(BorrowedFd::cwd(), ("/proc/sys/" + path).c_str());
}

std::string error_of(const oci::Map<std::string>& sysctl,
                     const std::vector<HostNamespace>& host = {}) {
  return test_support::error_of([&] { set_parameters(sysctl, host); });
}

TEST(Parameters, AreThoseOfTheNamespacesWeAreIn) {
  const std::string before = value_of("net/ipv4/ip_unprivileged_port_start");
  const oci::Map<std::string> sysctl = {{"net.ipv4.ip_unprivileged_port_start", "1234"},
                                        {"net/ipv4/conf/lo/forwarding", "1"},
                                        {"kernel.msgmax", "9000"},
                                        {"fs.mqueue.msg_max", "11"},
                                        {"kernel.domainname", "inside"},
                                        {"net.ipv4.ip_local_port_range", "2000 3000"}};
  const auto host = find_host_namespaces(sysctl);
  in_namespaces([&] {
    set_parameters(sysctl, host);
    EXPECT_EQ(value_of("net/ipv4/ip_unprivileged_port_start"), "1234\n");
    EXPECT_EQ(value_of("net/ipv4/conf/lo/forwarding"), "1\n");
    EXPECT_EQ(value_of("kernel/msgmax"), "9000\n");
    EXPECT_EQ(value_of("fs/mqueue/msg_max"), "11\n");
    EXPECT_EQ(value_of("kernel/domainname"), "inside\n");
    EXPECT_EQ(value_of("net/ipv4/ip_local_port_range"), "2000\t3000\n");
  });
  EXPECT_EQ(value_of("net/ipv4/ip_unprivileged_port_start"), before);
}

// S-17: what lies over /proc leads nowhere.
TEST(Parameters, GoPastWhatCoversProc) {
  in_namespaces([] {
    ASSERT_EQ(mount(nullptr, "/", nullptr, MS_PRIVATE | MS_REC, nullptr), 0);
    ASSERT_EQ(mount("none", "/proc/sys", "tmpfs", 0, nullptr), 0);
    set_parameters({{"kernel.msgmax", "9001"}}, {});
    ASSERT_EQ(umount2("/proc/sys", MNT_DETACH), 0);
    EXPECT_EQ(value_of("kernel/msgmax"), "9001\n");
  });
}

TEST(Parameters, AreRefusedInTheHostsNamespaces) {
  const oci::Map<std::string> sysctl = {{"net.ipv4.ip_forward", "1"}, {"kernel.shmmni", "4000"}};
  in_namespaces([&] {
    // This process is the runtime and the container in one.
    const auto host = find_host_namespaces(sysctl);
    ASSERT_EQ(host.size(), 2U);
    EXPECT_EQ(error_of(sysctl, host),
              "/linux/sysctl/net.ipv4.ip_forward: the network namespace is the runtime's own, the "
              "host would change");
    EXPECT_EQ(unshare(CLONE_NEWNET), 0);
    // Where the host forwards, a new namespace begins by doing so, too.
    const std::string forwards = value_of("net/ipv4/ip_forward");
    const oci::Map<std::string> other = {{"net.ipv4.ip_forward", forwards == "0\n" ? "1" : "0"},
                                         {"kernel.shmmni", "4000"}};
    EXPECT_EQ(error_of(other, host),
              "/linux/sysctl/kernel.shmmni: the ipc namespace is the runtime's own, the host would "
              "change");
    EXPECT_EQ(value_of("net/ipv4/ip_forward"), forwards) << "all or none";
    EXPECT_EQ(unshare(CLONE_NEWIPC), 0);
    EXPECT_EQ(error_of(sysctl, host), "");
  });
}

TEST(Parameters, RefusalsNameThem) {
  in_namespaces([] {
    EXPECT_EQ(error_of({{"net.ipv4.no_such", "1"}}),
              "/linux/sysctl/net.ipv4.no_such: openat2 sys/net/ipv4/no_such: not found (ENOENT)");
    EXPECT_EQ(error_of({{"net/ipv4/ip_forward", "x"}}),
              "/linux/sysctl/net~1ipv4~1ip_forward: write \"x\": Invalid argument (EINVAL)");
    EXPECT_EQ(error_of({{"net.ipv4.ip_forward", ""}}),
              "/linux/sysctl/net.ipv4.ip_forward: write \"\": Invalid argument (EINVAL)");
    EXPECT_EQ(error_of({{"net.ipv4.ip_forward", "1 2"}}),
              "/linux/sysctl/net.ipv4.ip_forward: the kernel took only a part of \"1 2\"");
  });
}

TEST(Parameters, NoneNeedNothing) {
  EXPECT_TRUE(find_host_namespaces({}).empty());
  EXPECT_EQ(error_of({}), "");
}

}  // namespace
}  // namespace runtime
