#include "runtime/launch/own_executable.h"

#include <cerrno>
#include <cstdint>
#include <linux/capability.h>
#include <linux/mount.h>
#include <optional>
#include <string>
#include <unistd.h>
#include <vector>

#include "base/attempt.h"
#include "base/capabilities.h"
#include "base/departure.h"
#include "base/error.h"
#include "base/file.h"
#include "base/memfd.h"
#include "base/mount.h"
#include "base/own_image.h"
#include "base/process.h"
#include "base/text.h"

namespace runtime {

namespace {

using base::BorrowedFd;
using base::OwnedFd;

// What `fill` writes, final. Another attempt is other memory.
template <typename Fill>
OwnedFd make_sealed(Fill fill) {
  constexpr int kMostAttempts = 5;
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    OwnedFd file = sys::memfd_create("runtime");
    fill(file);
    if (sys::try_seal(file)) return file;
  }
  throw base::Error("fcntl F_ADD_SEALS", EBUSY);
}

[[noreturn]] void continue_in_sealed_copy(BorrowedFd own, char* const* argv) {
  const OwnedFd copy = make_sealed([&](BorrowedFd file) { sys::copy_file(own, file); });
  std::string path = sys::path_of(own);
  std::vector<char*> words{path.data()};
  while (*argv != nullptr && *++argv != nullptr) words.push_back(*argv);
  words.push_back(nullptr);
  sys::fexecve(copy, words.data(), environ);
}

// The same file by another mount, which is in no namespace and can't be written through. For the
// kernel that is another file than the one that /proc/self/exe names.
OwnedFd open_by_another_mount(BorrowedFd own) {
  const OwnedFd mount = sys::open_tree_clone(own, sys::Subtree::No);
  sys::mount_setattr(mount, {.set = MOUNT_ATTR_RDONLY}, sys::Subtree::No);
  return sys::openat(BorrowedFd::cwd(), base::cat("/proc/self/fd/", mount.raw()).c_str(), O_RDONLY);
}

std::optional<OwnedFd> find_another(BorrowedFd own) {
  return base::attempt([&] { return std::optional(open_by_another_mount(own)); });
}

// The kernel asks for CAP_CHECKPOINT_RESTORE first, and is content with CAP_SYS_ADMIN, which we
// need anyway. SELinux's policies give engines the second only, and would put a refusal of the
// first on record at each command.
class WithoutCheckpointRestore {
 public:
  WithoutCheckpointRestore() : before_(sys::capget()) {
    sys::CapabilityMasks without = before_;
    without.effective &= ~(std::uint64_t{1} << CAP_CHECKPOINT_RESTORE);
    sys::capset(without);
  }
  WithoutCheckpointRestore(const WithoutCheckpointRestore&) = delete;
  WithoutCheckpointRestore& operator=(const WithoutCheckpointRestore&) = delete;
  ~WithoutCheckpointRestore() { sys::try_capset(before_); }

 private:
  sys::CapabilityMasks before_;
};

// It stays where programs that belong to it look for it.
void keep_name(BorrowedFd own) {
  static const std::string path = sys::path_of(own);
  program_invocation_name = const_cast<char*>(path.c_str());  // nobody writes to it
}

// Our processes are not dumpable: to trace them takes CAP_SYS_PTRACE in the host's user namespace.
// Of those who share the container's processes nothing is known.
bool allows_tracers(const oci::Config& config) {
  if (oci::find_namespace(*config.linux, oci::NamespaceType::User) != nullptr) return false;
  if (!oci::has_new_namespace(*config.linux, oci::NamespaceType::Pid)) return true;
  return oci::is_in_bounding_set(*config.process, "CAP_SYS_PTRACE");
}

}  // namespace

OwnExecutable::OwnExecutable(char* const* argv)
    : argv_(argv),
      own_(sys::openat(BorrowedFd::cwd(), "/proc/self/exe", O_RDONLY)),
      sealed_(sys::is_sealed(own_)) {
  if (sealed_) return;
  const base::Context protecting{[] { return kProtecting; }};
  const WithoutCheckpointRestore by_sys_admin;
  // While something is mapped from the file that says whether it will be allowed.
  if (link_.try_set(own_) != EBUSY) continue_in_sealed_copy(own_, argv_);
}

void OwnExecutable::leave() {
  if (sealed_) return;
  const base::Context protecting{[] { return kProtecting; }};
  const std::optional<OwnedFd> another = find_another(own_);
  if (!another) continue_in_sealed_copy(own_, argv_);
  sys::map_own_image(*another);
  const OwnedFd nothing = make_sealed([](BorrowedFd) {});
  const WithoutCheckpointRestore by_sys_admin;
  if (const int error = link_.try_set(nothing)) throw base::Error("prctl PR_SET_MM_MAP", error);
  keep_name(own_);
}

std::optional<Departure> OwnExecutable::departure() {
  if (sealed_ || !sys::can_move_code()) return std::nullopt;
  const base::Context protecting{[] { return kProtecting; }};
  return Departure{make_sealed(sys::write_last_code), link_};
}

void guard_pages(const oci::Config& config) {
  if (!allows_tracers(config)) return;
  const base::Context protecting{[] { return kProtecting; }};
  sys::map_own_image(make_sealed([](BorrowedFd file) { sys::copy_own_image(file); }));
}

}  // namespace runtime
