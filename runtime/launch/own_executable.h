// The runtime's own file, out of the container's reach (CVE-2019-5736);
// docs/decisions/executable.md.
#pragma once

#include <optional>

#include "base/fd.h"
#include "base/own_image.h"
#include "oci/config.h"
#include "runtime/init/departure.h"

namespace runtime {

// For commands that enter a container. What a process of the container may open by /proc/<pid>/exe
// names a file that nobody can write to and that is no program.
class OwnExecutable {
 public:
  // Where the kernel would not let us give the file up we start over in a sealed copy of it, here
  // or in leave(), with these arguments. program_invocation_name is where the executable is, all
  // the same, since programs that belong to it are found from there.
  explicit OwnExecutable(char* const* argv);

  // From here on this process has nothing to do with the file it was started from.
  void leave();

  // Empty where leave() has to do: our process is to do it at its very end, which costs less.
  std::optional<Departure> departure();

 private:
  char* const* argv_;
  base::OwnedFd own_;
  bool sealed_;
  sys::ExecutableLink link_;
};

// Goes on with pages that are nobody else's if in the container there may be somebody who can trace
// the process of ours that enters it: a bug of the kernel's by which he writes to what he can only
// read then gets at no pages that another runtime runs from.
void guard_pages(const oci::Config& config);

}  // namespace runtime
