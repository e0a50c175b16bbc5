#include "runtime/commands/signal_name.h"

#include <csignal>
#include <gtest/gtest.h>

#include "base/error.h"

namespace runtime {
namespace {

TEST(SignalNameTest, Known) {
  struct Row {
    const char* text;
    int signal;
  };
  for (const Row& row :
       {Row{"TERM", SIGTERM}, Row{"SIGTERM", SIGTERM}, Row{"sigterm", SIGTERM},
        Row{"Term", SIGTERM}, Row{"15", 15}, Row{"0", 0}, Row{"64", 64}, Row{"kill", SIGKILL},
        Row{"USR1", SIGUSR1}, Row{"CHLD", SIGCHLD}, Row{"CLD", SIGCHLD}, Row{"IOT", SIGABRT},
        Row{"POLL", SIGPOLL}, Row{"IO", SIGIO}, Row{"sigio", SIGIO}, Row{"RTMIN", 34},
        Row{"SIGRTMIN+3", 37}, Row{"RTMAX", 64}, Row{"sigrtmax-1", 63}}) {
    EXPECT_EQ(parse_signal(row.text), row.signal) << row.text;
  }
}

TEST(SignalNameTest, Unknown) {
  for (const char* text : {"", "X", "65", "-9", "+9", "9 ", "SIG", "SIGSIGTERM", "RTMIN-1",
                           "RTMIN+31", "RTMAX+1", "RTMIN+", "RTMIN+x", "1.5"}) {
    try {
      parse_signal(text);
      FAIL() << text;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.text(), std::string("unknown signal \"") + text + "\"");
    }
  }
}

}  // namespace
}  // namespace runtime
