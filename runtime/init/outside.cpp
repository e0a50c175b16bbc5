#include "runtime/init/outside.h"

#include <cerrno>

#include "base/credentials.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"

namespace runtime {

using base::cat;

void set_oom_score(pid_t pid, const oci::Process& process, bool tolerant) {
  if (!process.oom_score_adj) return;
  const std::string value = cat(std::int64_t{*process.oom_score_adj});
  const int error = sys::try_write_file(base::BorrowedFd::cwd(),
                                        cat("/proc/", pid, "/oom_score_adj").c_str(), value);
  if (error == 0) return;
  if (tolerant && (error == EACCES || error == EPERM)) {
    return base::log::warning(
        cat("config.json: /process/oomScoreAdj: ", value, " takes privilege and is not set"));
  }
  throw base::Error("/process/oomScoreAdj: write", error);
}

void raise_limits(pid_t pid, const oci::Process& process) {
  for (const oci::Rlimit& limit : process.rlimits) {
    // Refused (EPERM), it fails with its name where init sets it.
    sys::try_raise_hard_limit(pid, static_cast<int>(limit.type), limit.hard);
  }
}

}  // namespace runtime
