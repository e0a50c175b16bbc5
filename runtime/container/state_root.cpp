#include "runtime/container/state_root.h"

#include <cstdlib>
#include <unistd.h>

#include "base/namespace.h"
#include "base/text.h"

namespace runtime {

using base::cat;

namespace {

constexpr const char* kDefault = "/run/runtime";

// The user's own folder; null if there is none.
const char* user_folder() {
  const char* path = std::getenv("XDG_RUNTIME_DIR");
  return path != nullptr && *path == '/' ? path : nullptr;
}

}  // namespace

std::string default_state_root() {
  const char* folder = user_folder();
  // Podman runs us as the root of a user namespace of its own, who has no right to /run.
  return folder != nullptr && sys::is_rootless() ? cat(folder, "/runtime") : kDefault;
}

const char* why_state_root(const std::string& path) {
  const bool is_roots = path == kDefault && user_folder() == nullptr && geteuid() != 0;
  return is_roots ? " (XDG_RUNTIME_DIR is not set)" : "";
}

std::string shown_state_root(const std::string& path) {
  return cat("state root ", base::shown_path(path), why_state_root(path));
}

}  // namespace runtime
