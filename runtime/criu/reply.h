// What CRIU says (criu_resp of its images/rpc.proto). Pure.
#pragma once

#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace runtime::criu {

// The type of messages that tell of a stage, and of what answers them.
inline constexpr unsigned kNotification = 6;

struct Reply {
  bool is_notification = false;  // it waits for our answer and goes on
  bool success = false;
  std::string stage;  // of a notification: "post-restore"
  pid_t pid = 0;      // of the container's init, where it says so
  // Of those asked for, the numbers that Feature has.
  std::vector<unsigned> features;
};

// Throws when that is no reply.
Reply decode(std::string_view message);

}  // namespace runtime::criu
