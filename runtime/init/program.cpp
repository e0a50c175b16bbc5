#include "runtime/init/program.h"

#include <algorithm>
#include <cerrno>
#include <sys/resource.h>
#include <unistd.h>
#include <unordered_set>

#include "base/credentials.h"
#include "base/exec_array.h"
#include "base/file.h"
#include "base/passwd.h"
#include "base/text.h"
#include "runtime/protocol/exec_error.h"

namespace runtime {

using base::cat;

namespace {

std::string_view name_of_variable(std::string_view entry) {
  return entry.substr(0, entry.find('='));
}

// The last of several entries for one name is the one meant; getenv would take the first.
void keep_last_of_duplicates(std::vector<std::string>& env) {
  std::unordered_set<std::string_view> seen;
  std::vector<std::string> kept;
  for (auto entry = env.rbegin(); entry != env.rend(); ++entry) {
    if (seen.insert(name_of_variable(*entry)).second) kept.push_back(*entry);
  }
  std::reverse(kept.begin(), kept.end());
  env = std::move(kept);
}

// What execve would refuse for its size (exec(2), bprm_stack_limits() in the kernel), so that it is
// `create` that says so.
bool is_too_big(const std::string& path, const std::vector<std::string>& args,
                const std::vector<std::string>& env) {
  constexpr std::size_t kLeast = 131'072;         // ARG_MAX
  constexpr std::size_t kMost = 6 * 1024 * 1024;  // three quarters of the usual stack
  const std::size_t longest_string = 32 * static_cast<std::size_t>(getpagesize());
  std::size_t size = path.size() + 1;
  for (const auto* list : {&args, &env}) {
    for (const std::string& each : *list) {
      if (each.size() >= longest_string) return true;
      size += each.size() + 1 + sizeof(char*);
    }
  }
  rlimit stack{};
  getrlimit(RLIMIT_STACK, &stack);
  return size > std::clamp<std::size_t>(stack.rlim_cur / 4, kLeast, kMost);
}

// What an image may have made of the file: nothing, a link to nowhere, a socket, something that the
// program's user may not read. Any other error is no answer to whether there is one.
bool means_no_passwd(int error) {
  return error == ENOENT || error == ENOTDIR || error == ELOOP || error == EACCES ||
         error == ENAMETOOLONG || error == ENXIO || error == ENODEV;
}

std::string home_of(uid_t uid) {
  constexpr char kPasswd[] = "/etc/passwd";
  constexpr std::size_t kLongestPasswd = std::size_t{16} << 20;
  // By now this is the container's file, and read as a file of its own: a fifo must not block us.
  const auto opened =
      sys::try_openat2(base::BorrowedFd::cwd(), kPasswd, O_RDONLY | O_NONBLOCK | O_NOCTTY,
                       sys::Resolve::kNoMagicLinks);
  if (means_no_passwd(opened.error)) return "/";
  if (opened.error != 0) throw base::Error(cat("open ", kPasswd), opened.error);
  if (!S_ISREG(sys::fstat(opened.fd).st_mode)) return "/";
  const base::Context reading{[] { return "the container's /etc/passwd"; }};
  const auto entry = base::find_passwd_entry(base::read_all(opened.fd, kLongestPasswd), uid);
  return entry && !entry->home.empty() ? entry->home : "/";
}

}  // namespace

ProgramImage::ProgramImage(std::string path, std::vector<std::string> args,
                           std::vector<std::string> env)
    : path_(std::move(path)),
      args_(std::move(args)),
      env_(std::move(env)),
      argv_(sys::exec_array(args_)),
      envp_(sys::exec_array(env_)) {
  if (is_too_big(path_, args_, env_)) throw exec_error(args_.front(), E2BIG);
}

const char* find_variable(const std::vector<std::string>& env, std::string_view name) {
  for (auto entry = env.rbegin(); entry != env.rend(); ++entry) {
    if (name_of_variable(*entry) == name && entry->size() > name.size()) {
      return entry->c_str() + name.size() + 1;
    }
  }
  return nullptr;
}

std::string find_program(const std::string& name, const std::vector<std::string>& env) {
  if (name.find('/') != std::string::npos) {
    const int error = sys::try_executable(name.c_str());
    if (error != 0) throw exec_error(name, error);
    return name;
  }
  const char* path = find_variable(env, "PATH");
  int refused = 0;
  for (const std::string_view folder : base::split(path != nullptr ? path : "/bin:/usr/bin", ':')) {
    // An empty piece is the present directory, as for every shell.
    std::string candidate = folder.empty() ? cat("./", name) : cat(folder, "/", name);
    const int error = sys::try_executable(candidate.c_str());
    if (error == 0) return candidate;
    if (error == EACCES) refused = error;
  }
  if (refused != 0) throw exec_error(name, refused);
  throw not_in_path(name);
}

std::vector<std::string> make_environment(const oci::Process& process,
                                          const std::vector<std::string>& added) {
  std::vector<std::string> env = process.env;
  env.insert(env.end(), added.begin(), added.end());
  keep_last_of_duplicates(env);
  // An empty one is none, as for runc: "docker run -e HOME=".
  std::erase(env, "HOME=");
  if (find_variable(env, "HOME") == nullptr) env.push_back(cat("HOME=", home_of(process.user.uid)));
  return env;
}

}  // namespace runtime
