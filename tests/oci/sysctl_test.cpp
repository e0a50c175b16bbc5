#include "oci/sysctl.h"

#include <gtest/gtest.h>
#include <string>

namespace {

TEST(Sysctl, TurnsNamesIntoPaths) {
  EXPECT_EQ(oci::sysctl_path("net.ipv4.ip_forward"), "net/ipv4/ip_forward");
  EXPECT_EQ(oci::sysctl_path("net/ipv4/ip_forward"), "net/ipv4/ip_forward");
  EXPECT_EQ(oci::sysctl_path("net.ipv4.conf.eno2/100.mtu"), "net/ipv4/conf/eno2.100/mtu");
  EXPECT_EQ(oci::sysctl_path("net/ipv4/conf/eno2.100/mtu"), "net/ipv4/conf/eno2.100/mtu");
}

TEST(Sysctl, RefusesWhatIsNoPlainPath) {
  for (const char* key : {"", ".", "/", "net", "net.", ".net", "net..core", "/net/core", "net/../x",
                          "net/./x", "net.//.x", "net./.x", "net.a\nb"}) {
    EXPECT_EQ(oci::sysctl_path(key), std::nullopt) << key;
  }
  EXPECT_NE(oci::sysctl_path("net." + std::string(252, 'x')), std::nullopt);
  EXPECT_EQ(oci::sysctl_path("net." + std::string(253, 'x')), std::nullopt);
}

TEST(Sysctl, KnowsTheOwners) {
  EXPECT_EQ(oci::sysctl_namespace("net/core/somaxconn"), oci::NamespaceType::Network);
  EXPECT_EQ(oci::sysctl_namespace("fs/mqueue/msg_max"), oci::NamespaceType::Ipc);
  EXPECT_EQ(oci::sysctl_namespace("kernel/sem"), oci::NamespaceType::Ipc);
  EXPECT_EQ(oci::sysctl_namespace("kernel/domainname"), oci::NamespaceType::Uts);
  EXPECT_EQ(oci::sysctl_namespace("kernel/sem/x"), std::nullopt);
  EXPECT_EQ(oci::sysctl_namespace("kernel/hostname"), std::nullopt);
  EXPECT_EQ(oci::sysctl_namespace("vm/swappiness"), std::nullopt);
  EXPECT_EQ(oci::sysctl_namespace("fs/file-max"), std::nullopt);
}

}  // namespace
