// A criu process of our own that serves one request over a socket (`criu swrk`): the way in which a
// restored container becomes our child, and in which the masters of its terminals come to us.
#pragma once

#include <functional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "base/child_process.h"
#include "base/fd.h"
#include "runtime/criu/reply.h"
#include "runtime/criu/request.h"

namespace runtime::criu {

// The program: at `given`, a path or a name to be looked up as if in PATH; "criu" if empty. Throws
// when it isn't there.
std::string find_program(const std::string& given);

// How the process begins.
struct Birth {
  const base::OwnedFd* cgroup = nullptr;  // the cgroup2 folder it is born in
  std::function<void()> prepare;          // in the process, before it is criu; may throw
  std::vector<base::BorrowedFd> passed;   // criu has them by the same numbers
};

class Session {
 public:
  // Returns when it is criu, and `prepare` done.
  Session(const std::string& program, const Birth& birth);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  // Waits for its end, which comes soon, because nobody listens to it any more.
  ~Session();

  pid_t pid() const noexcept { return process_.pid(); }

  // Whether it finds the kernel able to; nothing else can be asked of this session then.
  bool knows(Feature feature);

  // At each stage of its work: what it says, and the descriptor that came along, if any. CRIU waits
  // meanwhile; when this throws, it undoes what it has done.
  using Notified = std::function<void(const Reply& stage, base::OwnedFd passed)>;
  // Until it has done what was asked for; false if it couldn't.
  bool serve(const Request& request, const Notified& notified);

 private:
  void tell(const Reply& stage, base::OwnedFd passed, const Notified& notified);

  base::OwnedFd socket_;
  base::ChildProcess process_;
};

}  // namespace runtime::criu
