// --trace FILE: when each step of a command began and ended, in all of its processes, in the format
// that chrome://tracing and Perfetto show.
//
// What is noted lies in memory that the command shares with the processes it clones, and the
// command writes the file at its end. Without --trace a step costs a look at a null pointer.
#pragma once

#include <string>
#include <string_view>

namespace base::trace {

// From here on steps are noted, the first some thousand of them. Throws if there is no memory.
void begin();

// What this process, or a clone that becomes another, is called from now on. `name` must be a
// literal.
void name_process(const char* name) noexcept;

// All that has been noted, as JSON. A step that has not ended is shown as the moment it began.
std::string to_json();

struct Event;

// The steps of a function, one after the other; the last ends with the object. Names must be
// literals.
class Steps {
 public:
  explicit Steps(const char* first, std::string_view detail = {}) noexcept;
  ~Steps();
  Steps(const Steps&) = delete;
  Steps& operator=(const Steps&) = delete;

  void next(const char* name, std::string_view detail = {}) noexcept;

 private:
  Event* event_;  // the one that hasn't ended; null: nothing is noted
};

}  // namespace base::trace
