#include "runtime/launch/notification.h"

#include <gtest/gtest.h>

namespace runtime {
namespace {

constexpr pid_t kMain = 4711;

std::string passed(std::string_view message) { return filter_notification(message, kMain).text; }

TEST(NotificationTest, WhatSaysHowTheServiceIsDoingPasses) {
  for (const std::string line :
       {"RELOADING=1", "STOPPING=1", "WATCHDOG=1", "STATUS=up and running: 7 of 9",
        "STATUS=", "STATUS=gr\xc3\xbc\xc3\x9f", "ERRNO=2", "MONOTONIC_USEC=18446744073709551615",
        "EXTEND_TIMEOUT_USEC=5000000"}) {
    EXPECT_EQ(passed(line), line + "\n");
    EXPECT_EQ(passed(line + "\n"), line + "\n");
    EXPECT_FALSE(filter_notification(line, kMain).ready);
  }
}

TEST(NotificationTest, ReadyNamesTheProcessToWatch) {
  const Notification notification = filter_notification("READY=1", kMain);
  EXPECT_EQ(notification.text, "READY=1\nMAINPID=4711\n");
  EXPECT_TRUE(notification.ready);
}

TEST(NotificationTest, AnythingElseDoesNot) {
  for (const std::string_view line : {"",
                                      "\n\n",
                                      "=",
                                      "=1",
                                      "READY",
                                      "READY=",
                                      "READY=0",
                                      "READY=11",
                                      "ready=1",
                                      " READY=1",
                                      "READY=1 ",
                                      "READY =1",
                                      "XREADY=1",
                                      "STOPPING=yes",
                                      "WATCHDOG=trigger",
                                      "WATCHDOG_USEC=1",
                                      "MAINPID=1",
                                      "MAINPIDFD=1",
                                      "FDSTORE=1",
                                      "FDNAME=x",
                                      "BARRIER=1",
                                      "NOTIFYACCESS=all",
                                      "EXIT_STATUS=0",
                                      "X_VENDOR=1",
                                      "ERRNO=-2",
                                      "ERRNO=",
                                      "ERRNO=2x",
                                      "MONOTONIC_USEC=184467440737095516150",
                                      "STATUS=bell \a",
                                      "STATUS=esc \x1b[2J",
                                      "STATUS=del \x7f",
                                      "STATUS=cr \r",
                                      "STATUS=not utf-8 \xff",
                                      "STATUS=cut \xc3",
                                      "STATUS=c1 \xc2\x9b"}) {
    const Notification notification = filter_notification(line, kMain);
    EXPECT_EQ(notification.text, "") << line;
    EXPECT_FALSE(notification.ready) << line;
  }
}

TEST(NotificationTest, ANulByteIsNoText) {
  EXPECT_EQ(passed(std::string_view("STATUS=a\0b", 10)), "");
  EXPECT_EQ(passed(std::string_view("READY=1\0", 8)), "");
}

TEST(NotificationTest, LinesAreJudgedOneByOne) {
  EXPECT_EQ(passed("STATUS=good\nMAINPID=1\nREADY=1\nFDSTORE=1\nSTATUS=\x1b\nERRNO=0\n"),
            "STATUS=good\nREADY=1\nERRNO=0\nMAINPID=4711\n");
}

}  // namespace
}  // namespace runtime
