// One limit as the kernel is told it: a control file of the container's cgroup and what is written
// there.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace runtime::resources {

struct Write {
  std::string file;   // "memory.max"
  std::string value;  // "1073741824"
  // Of a file with one line per device or the like: which line this is ("8:0").
  std::string key{};
  // What has to be written to undo this, if there is no such line yet; without a key, if that isn't
  // what the file says.
  std::string unset{};
};

struct Setting {
  std::size_t hierarchy = 0;  // index, as in Seat
  const char* field = "";     // the member of linux.resources, for errors: "/memory/limit"
  // The first whose file there is counts: which of two files has the io weight depends on the I/O
  // scheduler.
  std::vector<Write> ways;
  // A kernel without the file has nothing to be limited.
  bool optional = false;
};

}  // namespace runtime::resources
