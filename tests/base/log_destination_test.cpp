#include "base/log_destination.h"

#include <gtest/gtest.h>

namespace base::log {
namespace {

TEST(LogDestinationTest, APathUnlessALoggerIsNamed) {
  struct Case {
    const char* value;
    const char* name;
  };
  for (const Case& each : {Case{"/var/log/x", "/var/log/x"}, Case{"file:/var/log/x", "/var/log/x"},
                           Case{"file:journald:x", "journald:x"}, Case{"journal:x", "journal:x"},
                           Case{"Syslog:x", "Syslog:x"}, Case{"./syslog:x", "./syslog:x"}}) {
    const Destination destination = parse_destination(each.value);
    EXPECT_EQ(destination.logger, nullptr) << each.value;
    EXPECT_EQ(destination.name, each.name);
  }
}

std::string datagram(std::string_view value, Level level) {
  const Destination destination = parse_destination(value);
  if (destination.logger == nullptr) return "";
  return destination.logger->datagram(level, destination.name, "it broke");
}

TEST(LogDestinationTest, TheJournalTakesAFieldALine) {
  EXPECT_EQ(datagram("journald:web", Level::Error),
            "PRIORITY=3\nSYSLOG_IDENTIFIER=runtime\nID=web\nMESSAGE=it broke\n");
  EXPECT_EQ(datagram("journald:", Level::Debug),
            "PRIORITY=7\nSYSLOG_IDENTIFIER=runtime\nMESSAGE=it broke\n");
  EXPECT_EQ(datagram("journald:a\nPRIORITY=0", Level::Warning),
            "PRIORITY=4\nSYSLOG_IDENTIFIER=runtime\nID=a\\x0aPRIORITY=0\nMESSAGE=it broke\n");
}

TEST(LogDestinationTest, SyslogTakesFacilityAndLevelInOneNumber) {
  EXPECT_EQ(datagram("syslog:web", Level::Error), "<11>web: it broke");
  EXPECT_EQ(datagram("syslog:", Level::Warning), "<12>runtime: it broke");
}

}  // namespace
}  // namespace base::log
