// Gives a tree of files another SELinux label, as `chcon -R` does, but for trees that others may be
// changing meanwhile.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "base/fd.h"

namespace runtime::security {

// The object itself and, of a folder, everything in it, links and devices too. No link is followed
// and nothing entered that is mounted below: what is relabelled is in this tree. A file that has
// the label is left alone, so one that can't be written to, but has it, will do.
//
// `progress` is told from time to time how many objects have been looked at. Throws when the
// filesystem keeps no labels, or one may not change them.
void relabel(base::BorrowedFd top, const std::string& context,
             const std::function<void(std::size_t count)>& progress);

// Whether the path, absolute and without links, is a place of the host's whose files serve more
// than containers, such as /usr: to relabel it would break the host. Pure.
bool belongs_to_host(std::string_view path);

}  // namespace runtime::security
