// The kernel's own verdicts: rules in a real cgroup, of v2 as a program and of v1 as lines, and a
// process in it that makes device nodes and opens them.
#include <atomic>
#include <sys/mman.h>
#include <sys/sysmacros.h>

#include "base/bpf.h"
#include "runtime/cgroup/device_filter.h"
#include "runtime/cgroup/host.h"
#include "tests/runtime/cgroup/device_support.h"
#include "tests/runtime/cgroup/support.h"

namespace runtime::cgroup {
namespace {

using namespace test;
using enum oci::DeviceRuleType;
using Entries = std::vector<oci::DeviceRule>;

// Nodes of all devices that the tests ask about, made before anything is filtered.
std::string make_nodes() {
  EXPECT_EQ(mount("tmpfs", "/tmp", "tmpfs", 0, nullptr), 0);
  for_each_request([](const Request& request) {
    if (request.access != kRead) return;
    const mode_t type = request.kind == DeviceKind::Char ? S_IFCHR : S_IFBLK;
    EXPECT_EQ(mknod(base::cat("/tmp/", type, '-', request.major, '-', request.minor).c_str(),
                    type | 0666, makedev(request.major, request.minor)),
              0);
  });
  return "/tmp/";
}

// What the kernel says to the calling process. EPERM is the filter's; what else keeps one from
// opening a device comes later.
bool kernel_allows(const Request& request) {
  const mode_t type = request.kind == DeviceKind::Char ? S_IFCHR : S_IFBLK;
  if (request.access == kMknod) {
    const char* path = "/tmp/new";
    const int result = mknod(path, type | 0666, makedev(request.major, request.minor));
    const int error = result == 0 ? 0 : errno;
    unlink(path);
    EXPECT_TRUE(error == 0 || error == EPERM) << error;
    return error == 0;
  }
  const std::string path = base::cat("/tmp/", type, '-', request.major, '-', request.minor);
  const int mode =
      ((request.access & kRead) != 0 ? R_OK : 0) | ((request.access & kWrite) != 0 ? W_OK : 0);
  return access(path.c_str(), mode) == 0;
}

// A cgroup with rules about devices, and processes in it.
class Subject {
 public:
  explicit Subject(const char* name)
      : driver_(driver_for_host(inspect_host())),
        location_(driver_->locate("", unique_id(name))),
        remains_(driver_->layout(), location_.places[0].path),
        membership_(driver_->create(location_, {})) {}

  const base::OwnedFd& unified() const { return *membership_.clone_into(); }

  // False for what v1 can't have.
  bool apply(const Entries& entries) {
    const resources::Seats seats = seats_of(driver_->layout(), "");
    oci::Problems problems(nullptr);
    const DeviceFilter filter = plan_device_filter(entries, seats, "", problems);
    if (!problems.found().empty()) return false;
    const auto folders = driver_->open_folders(location_);
    EXPECT_TRUE(apply_device_filter(filter, folders[filter.hierarchy]));
    return true;
  }

  // Its failures are the test's.
  void run(const std::function<void()>& body) const {
    fflush(nullptr);
    const sys::Cloned cloned = sys::clone3(0, membership_.clone_into());
    if (cloned.pid == 0) {
      membership_.join_self();
      body();
      fflush(nullptr);
      _exit(testing::Test::HasFailure() ? 1 : 0);
    }
    EXPECT_EQ(sys::reap(cloned.pidfd)->shell_status(), 0);
  }

 private:
  std::unique_ptr<Driver> driver_;
  Location location_;
  Remains remains_;
  Membership membership_;
};

class DeviceFilterTest : public testing::TestWithParam<View> {};
INSTANTIATE_TEST_SUITE_P(, DeviceFilterTest, testing::Values(View::V1, View::V2),
                         [](const auto& which) { return std::string(name_of(which.param)); });

TEST_P(DeviceFilterTest, KernelMeansWhatTheEntriesSay) {
  in_view(GetParam(), [] {
    make_nodes();
    Subject subject("devices");
    RandomEntries random(3);
    for (int round = 0; round < 150 && !testing::Test::HasFailure(); ++round) {
      const Entries entries = random.next();
      if (!subject.apply(entries)) continue;
      const Entries all = with_defaults(entries);
      subject.run([&] {
        for_each_request([&](const Request& request) {
          if ((request.access & kMknod) != 0 && request.access != kMknod) return;
          EXPECT_EQ(kernel_allows(request), is_allowed(all, request))
              << describe(request) << " with\n"
              << describe(entries);
        });
      });
    }
  });
}

int errno_of_open(const char* path, int flags) {
  const int opened = open(path, flags | O_CLOEXEC | O_NOCTTY);
  if (opened < 0) return errno;
  close(opened);
  return 0;
}

TEST_P(DeviceFilterTest, DevicesAreOpenedOrNot) {
  in_view(GetParam(), [] {
    ASSERT_EQ(mount("tmpfs", "/tmp", "tmpfs", 0, nullptr), 0);
    for (const auto& [path, minor] : {std::pair("/tmp/null", 3), {"/tmp/kmsg", 11}}) {
      ASSERT_EQ(mknod(path, S_IFCHR | 0666, makedev(1, static_cast<unsigned>(minor))), 0);
    }
    Subject subject("open");
    subject.run([] { EXPECT_EQ(errno_of_open("/tmp/kmsg", O_RDWR), 0) << "no rules yet"; });
    subject.apply({{false, {}, {}, {}, "rwm"}});
    subject.run([] {
      EXPECT_EQ(errno_of_open("/tmp/null", O_RDWR), 0);
      EXPECT_EQ(errno_of_open("/tmp/kmsg", O_RDONLY), EPERM);
      EXPECT_EQ(errno_of_open("/tmp/kmsg", O_WRONLY), EPERM);
    });
    subject.apply({{true, Char, 1, 11, "r"}});
    subject.run([] {
      EXPECT_EQ(errno_of_open("/tmp/kmsg", O_RDONLY), 0);
      EXPECT_EQ(errno_of_open("/tmp/kmsg", O_WRONLY), EPERM);
      EXPECT_EQ(errno_of_open("/tmp/kmsg", O_RDWR), EPERM);
    });
    subject.apply({{true, Char, 1, 11, "r"}, {true, Char, 1, {}, "w"}});
    subject.run([] { EXPECT_EQ(errno_of_open("/tmp/kmsg", O_RDWR), 0) << "two rules together"; });
  });
}

// --- cgroup2 -----------------------------------------------------------------------------------

std::vector<std::string> programs_at(base::BorrowedFd folder) {
  std::vector<std::string> names;
  for (const std::uint32_t id : sys::attached_device_programs(folder)) {
    names.push_back(sys::bpf_program_name(*sys::open_bpf_program(id)));
  }
  return names;
}

TEST(DeviceFilterV2, OwnProgramIsReplacedAndOthersStay) {
  in_view(View::V2, [] {
    Subject subject("replace");
    const auto other = sys::load_device_program(
        {{BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 1}, {BPF_JMP | BPF_EXIT, 0, 0, 0, 0}},
        "sd_devices");
    sys::attach_device_program(subject.unified(), *other);
    using Names = std::vector<std::string>;
    subject.apply(docker_entries());
    EXPECT_EQ(programs_at(subject.unified()), (Names{"sd_devices", "runtime_dev"}));
    subject.apply({{true, Char, 7, 7, "r"}});
    EXPECT_EQ(programs_at(subject.unified()), (Names{"sd_devices", "runtime_dev"}));
    subject.apply({{true, {}, {}, {}, "rwm"}});
    EXPECT_EQ(programs_at(subject.unified()), Names{"sd_devices"});
  });
}

struct Opens {
  std::atomic<long> refused;
  std::atomic<long> done;
};

TEST(DeviceFilterV2, AllowedDeviceStaysOpenableWhileReplaced) {
  in_view(View::V2, [] {
    Subject subject("window");
    subject.apply(docker_entries());
    auto* opens = static_cast<Opens*>(
        mmap(nullptr, sizeof(Opens), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
    const sys::Cloned opener = sys::clone3(0, &subject.unified());
    if (opener.pid == 0) {
      sys::set_parent_death_signal(SIGKILL);
      for (;; ++opens->done) {
        if (errno_of_open("/dev/null", O_RDWR) != 0) ++opens->refused;
      }
    }
    for (int round = 0; round < 400; ++round) {
      subject.apply({{round % 2 == 0, Char, 7, round, "r"}});
    }
    EXPECT_TRUE(sys::pidfd_send_signal(opener.pidfd, SIGKILL));
    sys::reap(opener.pidfd);
    EXPECT_GT(opens->done, 1000);
    EXPECT_EQ(opens->refused, 0);
  });
}

TEST(DeviceFilterV2, WithoutRightsOnTheHostItIsLeftOut) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root";
  test_support::in_child(
      [] {
        std::vector<std::string> warnings;
        oci::Problems problems(&warnings);
        resources::Seats seats;
        seats.set_unified(0);
        EXPECT_TRUE(plan_device_filter(docker_entries(), seats, "/devices", problems).empty());
        EXPECT_TRUE(warnings.empty());
      },
      CLONE_NEWUSER);
}

TEST(DeviceFilterV2, WhatTheVerifierSaysIsInTheError) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root";
  const std::vector<bpf_insn> no_result = {{BPF_JMP | BPF_EXIT, 0, 0, 0, 0}};
  EXPECT_EQ(error_of([&] { sys::load_device_program(no_result, "wrong"); }),
            "bpf BPF_PROG_LOAD: R0 !read_ok: access denied (EACCES)");
}

}  // namespace
}  // namespace runtime::cgroup
