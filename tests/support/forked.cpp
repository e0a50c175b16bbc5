#include "tests/support/forked.h"

#include <cstdio>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/error.h"
#include "base/process.h"

namespace test_support {

namespace {

constexpr int kFailed = 1;
constexpr int kSkip = 77;

int guarded(const std::function<int()>& child) {
  int status = kFailed;
  const std::string error = error_of([&] { status = child(); });
  if (!error.empty()) ADD_FAILURE() << error;
  return testing::Test::HasFailure() ? kFailed : status;
}

}  // namespace

int status_of_child(const std::function<int()>& child, std::uint64_t flags) {
  // Or the child would print it once more.
  fflush(nullptr);
  const sys::Cloned cloned = sys::clone3(flags, nullptr);
  if (cloned.pid == 0) {
    const int status = guarded(child);
    fflush(nullptr);
    _exit(status);
  }
  const auto exit = sys::reap(cloned.pidfd);
  return exit ? exit->shell_status() : kFailed;
}

void in_child(const std::function<void()>& body, std::uint64_t flags) {
  const int status = status_of_child([&] { return body(), 0; }, flags);
  EXPECT_EQ(status, 0) << "in a process of the test's own, see above";
}

void in_child_after(const std::function<bool()>& enter, const std::string& reason,
                    const std::function<void()>& body) {
  const int status = status_of_child([&] { return enter() ? (body(), 0) : kSkip; });
  if (status == kSkip) GTEST_SKIP() << reason;
  EXPECT_EQ(status, 0) << "in a process of the test's own, see above";
}

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const base::Error& error) {
    return error.text();
  }
  return "";
}

}  // namespace test_support
