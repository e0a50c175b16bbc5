// initramfs COMMAND…: runs it as on a host that never left its initramfs, where pivot_root(2) is
// impossible. In a mount namespace of its own the machine's root is detached, so that what lies
// below it comes to light, the kernel's own root file system; there everything gets its name back.
// That file system is the machine's only one of its kind, hence one at a time, and what was made in
// it is removed again.
#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

// <sys/mount.h> and <linux/mount.h> don't go together everywhere.
extern "C" int mount(const char*, const char*, const char*, unsigned long, const void*);
extern "C" int umount2(const char*, int);

namespace {

constexpr unsigned long kRecursivePrivate = 0x4000 | (1UL << 18);  // MS_REC | MS_PRIVATE
constexpr int kDetach = 2;                                         // MNT_DETACH
constexpr int kRecursive = 0x8000;                                 // AT_RECURSIVE

long check(long result, const std::string& what) {
  if (result >= 0) return result;
  std::fprintf(stderr, "initramfs: %s: %s\n", what.c_str(), std::strerror(errno));
  std::exit(125);
}

struct Entry {
  std::string name;
  int tree = -1;     // a folder, with all that is mounted below it
  std::string link;  // the text of a link
  bool made = false;
};

std::vector<Entry> top_level() {
  std::vector<Entry> entries;
  DIR* folder = opendir("/");
  while (const dirent* each = readdir(folder)) {
    const std::string name = each->d_name;
    if (name == "." || name == "..") continue;
    Entry entry{"/" + name, -1, "", false};
    if (each->d_type == DT_DIR) {
      const auto tree = syscall(SYS_open_tree, AT_FDCWD, entry.name.c_str(),
                                OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | kRecursive);
      entry.tree = static_cast<int>(check(tree, entry.name));
    } else if (each->d_type == DT_LNK) {
      std::array<char, PATH_MAX> text{};
      check(readlink(entry.name.c_str(), text.data(), text.size() - 1), entry.name);
      entry.link = text.data();
    } else {
      continue;
    }
    entries.push_back(entry);
  }
  closedir(folder);
  return entries;
}

// What is topmost at the root of the namespace.
void enter_root() {
  const auto self = check(syscall(SYS_pidfd_open, getpid(), 0), "pidfd_open");
  check(setns(static_cast<int>(self), CLONE_NEWNS), "setns");
}

void put_back(std::vector<Entry>& entries) {
  for (Entry& entry : entries) {
    const char* name = entry.name.c_str();
    const int made = entry.tree >= 0 ? mkdir(name, 0755) : symlink(entry.link.c_str(), name);
    entry.made = made == 0;
    if (made != 0 && errno != EEXIST) check(made, entry.name);
    if (entry.tree < 0) continue;
    check(syscall(SYS_move_mount, entry.tree, "", AT_FDCWD, name, MOVE_MOUNT_F_EMPTY_PATH), name);
  }
}

void take_away(const std::vector<Entry>& entries) {
  for (const Entry& entry : entries) {
    if (entry.tree >= 0) umount2(entry.name.c_str(), kDetach);
    if (entry.made) (entry.tree >= 0 ? rmdir : unlink)(entry.name.c_str());
  }
}

int run(char** command, const std::string& folder) {
  const pid_t child = fork();
  if (child == 0) {
    check(chdir(folder.c_str()), folder);
    execvp(command[0], command);
    check(-1, command[0]);
  }
  int status = 0;
  check(waitpid(child, &status, 0), "waitpid");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: initramfs COMMAND...\n");
    return 2;
  }
  std::array<char, PATH_MAX> folder{};
  if (getcwd(folder.data(), folder.size()) == nullptr) check(-1, "getcwd");
  check(unshare(CLONE_NEWNS), "unshare");
  check(mount(nullptr, "/", nullptr, kRecursivePrivate, nullptr), "private");
  std::vector<Entry> entries = top_level();
  check(umount2("/", kDetach), "umount /");
  enter_root();
  check(flock(static_cast<int>(check(open("/", O_RDONLY | O_CLOEXEC), "/")), LOCK_EX), "flock");
  put_back(entries);
  const int status = run(argv + 1, folder.data());
  take_away(entries);
  return status;
}
