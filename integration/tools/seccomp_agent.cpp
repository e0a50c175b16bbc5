// seccomp-agent [--hang-up|--leave] SOCKET STATE [RULE…]: a listener as config-linux.md#seccomp
// wants it at listenerPath. Takes one connection at SOCKET, writes the container process state that
// comes over it to STATE, and then answers what the container's filter asks until its last process
// has ended; each call's name is a line of standard output. A RULE is NAME=ANSWER, the answer one
// of
//
//   continue  the kernel goes on with the call; so is every call without a rule
//   errno:N   the call fails with this
//   value:N   it returns this
//   mkdir     the agent makes the folder on the container's behalf (of mkdir; an absolute path)
//   mount     it mounts a tmpfs there (of mount)
//   hold      none: the call waits for as long as the agent lives
//
// With --hang-up it closes the connection at once; with --leave it ends when it has been given the
// descriptor.
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <linux/seccomp.h>
#include <map>
#include <memory>
#include <optional>
#include <poll.h>
#include <sched.h>
#include <seccomp.h>
#include <string>
#include <string_view>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "listener.h"

namespace {

using Rules = std::map<std::string, std::string, std::less<>>;

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "seccomp-agent: %s: %s\n", what, std::strerror(errno));
  std::exit(1);
}

int check(long result, const char* what) {
  if (result < 0) fail(what);
  return static_cast<int>(result);
}

// --- the hand-over ----------------------------------------------------------------------------

// Up to its end. The descriptor comes with the first byte; more than one are counted and refused.
struct HandOver {
  std::string state;
  int fd = -1;
};

int descriptor_in(msghdr& header) {
  int fd = -1;
  for (cmsghdr* each = CMSG_FIRSTHDR(&header); each != nullptr; each = CMSG_NXTHDR(&header, each)) {
    if (each->cmsg_type != SCM_RIGHTS) continue;
    if (each->cmsg_len != CMSG_LEN(sizeof fd)) fail("more than one descriptor");
    std::memcpy(&fd, CMSG_DATA(each), sizeof fd);
  }
  return fd;
}

HandOver receive(int connection) {
  HandOver result;
  for (;;) {
    std::array<char, 4096> bytes{};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(16 * sizeof(int))> control{};
    iovec part{bytes.data(), bytes.size()};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    const int got = check(recvmsg(connection, &header, MSG_CMSG_CLOEXEC), "recvmsg");
    if (const int fd = descriptor_in(header); fd >= 0) result.fd = fd;
    result.state.append(bytes.data(), static_cast<std::size_t>(got));
    // The runtime keeps the connection until it ends, and that can depend on our answers.
    if (got == 0 || (result.fd >= 0 && result.state.ends_with('}'))) return result;
  }
}

// Whole, or not there.
void write_file(const std::string& path, const std::string& bytes) {
  const std::string draft = path + ".new";
  FILE* file = std::fopen(draft.c_str(), "w");
  if (file == nullptr) fail(draft.c_str());
  std::fwrite(bytes.data(), 1, bytes.size(), file);
  std::fclose(file);
  check(rename(draft.c_str(), path.c_str()), "rename");
}

// --- on the container's behalf ----------------------------------------------------------------

// Whoever asked can have been killed, and its pid be another's by now. So first something of /proc
// is opened, and then it is asked whether the question still stands.
class Asker {
 public:
  Asker(int listener, const seccomp_notif& question)
      : listener_(listener), question_(question), folder_(open_folder(question.pid)) {}
  ~Asker() { close(folder_); }
  Asker(const Asker&) = delete;
  Asker& operator=(const Asker&) = delete;

  bool still_asks() const {
    return folder_ >= 0 && ioctl(listener_, SECCOMP_IOCTL_NOTIF_ID_VALID, &question_.id) == 0;
  }

  int open_at(const char* name, int flags) const {
    return openat(folder_, name, flags | O_CLOEXEC);
  }

  std::optional<std::string> string_at(std::uint64_t address) const {
    std::array<char, 4096> bytes{};
    const int memory = open_at("mem", O_RDONLY);
    const ssize_t got = pread(memory, bytes.data(), bytes.size(), static_cast<off_t>(address));
    close(memory);
    if (got <= 0 || !still_asks()) return std::nullopt;
    return std::string(bytes.data(), strnlen(bytes.data(), static_cast<std::size_t>(got)));
  }

 private:
  static int open_folder(unsigned pid) {
    return open(("/proc/" + std::to_string(pid)).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  }

  int listener_;
  const seccomp_notif& question_;
  int folder_;
};

// An errno, or 0.
int make_folder(const Asker& asker, const seccomp_notif& question) {
  const auto path = asker.string_at(question.data.args[0]);
  if (!path || !path->starts_with('/')) return EINVAL;
  const int root = asker.open_at("root", O_PATH | O_DIRECTORY);
  const auto slash = path->rfind('/');
  open_how how{};
  how.flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  const auto folder = static_cast<int>(
      syscall(SYS_openat2, root, ("/" + path->substr(0, slash)).c_str(), &how, sizeof how));
  int error = folder < 0 ? errno : 0;
  if (error == 0 && !asker.still_asks()) error = ESRCH;
  if (error == 0 &&
      mkdirat(folder, path->c_str() + slash + 1, static_cast<mode_t>(question.data.args[1])) != 0) {
    error = errno;
  }
  close(folder);
  close(root);
  return error;
}

int attach_in(int mounts, int tmpfs, const char* path) {
  if (setns(mounts, CLONE_NEWNS) != 0) return errno;
  return syscall(SYS_move_mount, tmpfs, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH) == 0 ? 0
                                                                                          : errno;
}

// The file system is made here, and attached by a child in the container's mount namespace.
int mount_tmpfs(const Asker& asker, const seccomp_notif& question) {
  const auto path = asker.string_at(question.data.args[1]);
  if (!path || !path->starts_with('/')) return EINVAL;
  const int context = check(syscall(SYS_fsopen, "tmpfs", FSOPEN_CLOEXEC), "fsopen");
  check(syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0), "fsconfig");
  const int tmpfs = check(syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, 0), "fsmount");
  const int mounts = asker.open_at("ns/mnt", O_RDONLY);
  int status = ESRCH << 8;
  if (asker.still_asks()) {
    const pid_t child = check(fork(), "fork");
    if (child == 0) _exit(attach_in(mounts, tmpfs, path->c_str()));
    check(waitpid(child, &status, 0), "waitpid");
  }
  close(mounts);
  close(tmpfs);
  close(context);
  return WEXITSTATUS(status);
}

// --- answers ----------------------------------------------------------------------------------

std::string name_of(const seccomp_data& data) {
  const std::unique_ptr<char, decltype(&std::free)> name(
      seccomp_syscall_resolve_num_arch(data.arch, data.nr), &std::free);
  return name ? name.get() : std::to_string(data.nr);
}

seccomp_notif_resp answer_to(const seccomp_notif& question, const std::string& rule, int listener) {
  seccomp_notif_resp answer{};
  answer.id = question.id;
  if (rule.starts_with("errno:")) {
    answer.error = -std::atoi(rule.c_str() + 6);
  } else if (rule.starts_with("value:")) {
    answer.val = std::atoll(rule.c_str() + 6);
  } else if (rule == "mkdir") {
    answer.error = -make_folder(Asker(listener, question), question);
  } else if (rule == "mount") {
    answer.error = -mount_tmpfs(Asker(listener, question), question);
  } else {
    answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
  }
  return answer;
}

void answer_one(int listener, const Rules& rules) {
  seccomp_notif question{};
  if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &question) != 0) {
    if (errno == ENOENT) return;  // killed meanwhile
    fail("SECCOMP_IOCTL_NOTIF_RECV");
  }
  const std::string name = name_of(question.data);
  std::printf("%s\n", name.c_str());
  std::fflush(stdout);
  const auto found = rules.find(name);
  const std::string rule = found == rules.end() ? "continue" : found->second;
  if (rule == "hold") return;
  seccomp_notif_resp answer = answer_to(question, rule, listener);
  if (ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer) != 0 && errno != ENOENT) {
    fail("SECCOMP_IOCTL_NOTIF_SEND");
  }
}

void answer_all(int listener, const Rules& rules) {
  for (;;) {
    pollfd watched{listener, POLLIN, 0};
    check(poll(&watched, 1, -1), "poll");
    if ((watched.revents & POLLIN) != 0) {
      answer_one(listener, rules);
    } else {
      return;  // POLLHUP: nobody is left under the filter
    }
  }
}

Rules rules_of(char** words) {
  Rules rules;
  for (; *words != nullptr; ++words) {
    const std::string word = *words;
    const auto equals = word.find('=');
    rules[word.substr(0, equals)] = word.substr(equals + 1);
  }
  return rules;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view option = argc > 1 ? argv[1] : "";
  char** words = argv + (option.starts_with("--") ? 2 : 1);
  if (argv + argc - words < 2) {
    std::fputs("usage: seccomp-agent [--hang-up|--leave] SOCKET STATE [NAME=ANSWER...]\n", stderr);
    return 2;
  }
  const int socket = check(listen_at(words[0]), "listen");
  const int connection = check(accept(socket, nullptr, nullptr), "accept");
  if (option == "--hang-up") return 0;
  const HandOver given = receive(connection);
  write_file(words[1], given.state);
  if (option == "--leave") return 0;
  if (given.fd < 0) fail("no descriptor");
  umask(0);
  answer_all(given.fd, rules_of(words + 2));
  return 0;
}
