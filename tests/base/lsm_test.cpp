#include "base/lsm.h"

#include <cerrno>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/process.h"

namespace {

TEST(Lsm, AModuleThatIsNotEnabledIsAnAnswer) {
  // No kernel runs with both.
  const auto current = sys::SelfAttribute::Current;
  const auto selinux = sys::try_lsm_get_self_attr(sys::SecurityModule::SELinux, current);
  const auto apparmor = sys::try_lsm_get_self_attr(sys::SecurityModule::AppArmor, current);
  const int error = selinux.error != 0 ? selinux.error : apparmor.error;
  EXPECT_TRUE(error == ENOSYS || error == EOPNOTSUPP) << error;
  const int on_set = sys::try_lsm_set_self_attr(
      selinux.error != 0 ? sys::SecurityModule::SELinux : sys::SecurityModule::AppArmor,
      sys::SelfAttribute::Exec, "exec unconfined");
  EXPECT_EQ(on_set, error);
}

TEST(Lsm, FilesOfTheThreadAreFoundInAProcfs) {
  const base::OwnedFd procfs = sys::open_procfs();
  const auto name = sys::try_read_self_attribute(procfs, "comm");
  EXPECT_EQ(name.error, 0);
  EXPECT_EQ(sys::try_write_self_attribute(procfs, "comm", "renamed"), 0);
  EXPECT_EQ(sys::try_read_self_attribute(procfs, "comm").bytes, "renamed");
  EXPECT_EQ(sys::try_write_self_attribute(procfs, "comm", name.bytes), 0);
  EXPECT_EQ(sys::try_write_self_attribute(procfs, "attr/nothing", "x"), ENOENT);
  EXPECT_EQ(sys::try_read_self_attribute(procfs, "root/etc").error, ELOOP);
}

}  // namespace
