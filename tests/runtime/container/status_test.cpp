// The status of containers whose records are written by hand: every combination of what a killed
// command, a reboot, a reused pid or a damaged file can leave.
#include "runtime/container/status.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/child_process.h"
#include "base/error.h"
#include "base/file.h"
#include "base/process.h"
#include "tests/support/scratch.h"

namespace runtime {
namespace {

using oci::Status;

class StatusTest : public ::testing::Test {
 protected:
  StatusTest() : dir_(StateDir::reserve(scratch_.path("state"), ContainerId::parse("web"))) {
    record_.id = "web";
    record_.boot_id = sys::boot_id();
    record_.bundle = "/bundle";
    record_.creator = {1, 1};  // somebody else's pid with a start time that isn't its own
  }

  // A child that waits as a created container's init does.
  static base::ChildProcess waiting_child() {
    sys::Cloned cloned = sys::clone3(0, nullptr);
    if (cloned.pid == 0) {
      pause();
      sys::leave_child(0);
    }
    return base::ChildProcess(std::move(cloned));
  }

  const test_support::ScratchFolder scratch_;
  StateDir dir_;
  Record record_;
};

TEST_F(StatusTest, NothingWrittenYetIsStopped) {
  const Container container = inspect(dir_);
  EXPECT_FALSE(container.record);
  EXPECT_EQ(container.status, Status::Stopped);
}

TEST_F(StatusTest, AnIntentOfALiveCreatorIsCreating) {
  record_.creator = identity_of(getpid());
  dir_.write_intent(record_);
  EXPECT_EQ(inspect(dir_).status, Status::Creating);
}

TEST_F(StatusTest, AnIntentWhoseCreatorIsGoneIsStopped) {
  dir_.write_intent(record_);
  const Container container = inspect(dir_);
  EXPECT_TRUE(container.record);
  EXPECT_EQ(container.status, Status::Stopped);
}

TEST_F(StatusTest, AnInitBeforeItsExecIsCreated) {
  const auto init = waiting_child();
  record_.init = identity_of(init.pid());
  dir_.write_state(record_);
  const Container container = inspect(dir_);
  EXPECT_EQ(container.status, Status::Created);
  EXPECT_EQ(container.pid, init.pid());
}

TEST_F(StatusTest, AnInitThatIsAProgramIsRunning) {
  record_.init = identity_of(getpid());
  dir_.write_state(record_);
  EXPECT_EQ(inspect(dir_).status, Status::Running);
}

TEST_F(StatusTest, AReusedPidIsStopped) {
  record_.init = identity_of(getpid());
  ++record_.init->start_time;
  dir_.write_state(record_);
  const Container container = inspect(dir_);
  EXPECT_EQ(container.status, Status::Stopped);
  EXPECT_EQ(container.pid, 0);
  EXPECT_FALSE(open_process(record_, *record_.init));
}

TEST_F(StatusTest, AnotherBootIsStopped) {
  record_.init = identity_of(getpid());
  record_.boot_id = "00000000-0000-0000-0000-000000000000";
  dir_.write_state(record_);
  EXPECT_EQ(inspect(dir_).status, Status::Stopped);
}

TEST_F(StatusTest, ADamagedStateIsAnErrorButDeleteFindsTheIntent) {
  record_.cgroup.places = {{"unified", "/no/such/cgroup", "/web", 0, 0}};
  dir_.write_intent(record_);
  sys::replace_file(dir_.fd(), "state.json", "{\"version\":1,", 0600);
  EXPECT_THROW(inspect(dir_), base::Error);
  const Container container = inspect_whatever_is_left(dir_);
  ASSERT_TRUE(container.record);
  EXPECT_EQ(container.record->cgroup.places.front().path, "/web");
}

TEST_F(StatusTest, TheDocumentHasWhatClientsRead) {
  record_.created = "2026-01-02T03:04:05.678901234Z";
  record_.annotations = {{"k", "v"}};
  record_.init = identity_of(getpid());
  dir_.write_state(record_);
  const oci::State state = describe(ContainerId::parse("web"), inspect(dir_));
  EXPECT_EQ(state.id, "web");
  EXPECT_EQ(state.pid, getpid());
  EXPECT_EQ(state.bundle, "/bundle");
  EXPECT_EQ(state.created, "2026-01-02T03:04:05.678901234Z");
  EXPECT_EQ(*oci::find(state.annotations, "k"), "v");
}

}  // namespace
}  // namespace runtime
