// What a command is told to hand out: the pid file, the pidfd and the terminal. Opened before the
// first side effect, so that a wrong path costs nothing.
#pragma once

#include <string>
#include <string_view>
#include <sys/types.h>

#include "base/fd.h"

namespace runtime {

// Where a file is to be: its folder, open, and its name there.
struct FilePlace {
  base::OwnedFd folder;
  std::string name;
};
FilePlace find_place(const std::string& path);
// Throws if something is there that a file in its place would do away with for everybody, as
// /dev/null, or what a link such as /dev/stdout leads to.
void check_replaceable(const FilePlace& place);

// Decimal digits and no newline, as clients parse it; appears by rename, when all has succeeded.
class PidFile {
 public:
  // Empty: none is wanted.
  explicit PidFile(const std::string& path);
  void write(pid_t pid) const;

 private:
  FilePlace place_;  // without a name: none is wanted
};

// Connects to who listens at that path, of whatever length, to be sent a descriptor. `option` named
// it; invalid if it named none.
base::OwnedFd connect_receiver(const char* option, const std::string& path);

// The console socket of a process that may have a terminal; not valid: its master, if any, stays
// with us. What the command line wants has to fit the process document, "FILE: POINTER of terminal"
// (client contract K-53), and nobody who leaves can be given a terminal.
base::OwnedFd connect_console(const std::string& path, bool terminal, bool attended,
                              std::string_view pointer);

// `kind` is runc's word for the process: "standard" for init, "setns" for one of `exec`.
void send_pidfd(base::BorrowedFd receiver, const base::OwnedFd& pidfd, std::string_view kind);

}  // namespace runtime
