#include "base/event_fds.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include "base/process.h"

namespace {

TEST(EventFds, CountWhatIsAdded) {
  const base::OwnedFd fd = sys::make_eventfd();
  EXPECT_EQ(sys::take_count(fd), 0U);
  const std::uint64_t two = 2;
  ASSERT_EQ(write(fd.raw(), &two, sizeof two), 8);
  ASSERT_EQ(write(fd.raw(), &two, sizeof two), 8);
  EXPECT_EQ(sys::take_count(fd), 4U);
  EXPECT_EQ(sys::take_count(fd), 0U);
}

TEST(EventFds, TimersTellAgainAndAgain) {
  const base::OwnedFd timer = sys::make_timer(std::chrono::milliseconds(20));
  EXPECT_EQ(sys::take_count(timer), 0U);
  for (int round = 0; round < 2; ++round) {
    ASSERT_TRUE(sys::poll_for(timer, POLLIN, 5000));
    EXPECT_GE(sys::take_count(timer), 1U);
  }
}

}  // namespace
