#include "runtime/rootfs/mount_label.h"

#include <algorithm>
#include <string_view>

#include "base/error.h"
#include "base/text.h"
#include "oci/annotations.h"
#include "oci/json_pointer.h"

namespace runtime::rootfs {

using base::cat;
using base::Error;

namespace {

// Those of mount(8) "FILESYSTEM-INDEPENDENT MOUNT OPTIONS" that are SELinux's.
constexpr std::string_view kOptions[] = {"context", "fscontext", "defcontext", "rootcontext"};

template <std::size_t N>
bool is_one_of(std::string_view word, const std::string_view (&words)[N]) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

std::string_view key_of(std::string_view option) { return option.substr(0, option.find('=')); }

bool is_label(const std::string& option) {
  return option.find('=') != std::string::npos && is_one_of(key_of(option), kOptions);
}

void unquote(std::string& option) {
  const auto value = option.find('=') + 1;
  if (option.size() < value + 2 || option[value] != '"' || option.back() != '"') return;
  option = cat(key_of(option), '=', option.substr(value + 1, option.size() - value - 2));
}

// True if there is one.
bool unquote_own_label(MountStep& step) {
  bool has_one = false;
  for (std::string& option : step.options.data) {
    if (!is_label(option)) continue;
    unquote(option);
    has_one = true;
  }
  return has_one;
}

// Whether the kernel takes the option for a new filesystem of the type.
bool takes_label(const MountStep& step, bool in_user_namespace) {
  constexpr std::string_view kNever[] = {"proc", "sysfs", "cgroup2", "mqueue"};
  constexpr std::string_view kInUserNamespace[] = {"tmpfs", "ramfs", "devpts", "overlay"};
  // Of the folders of several hierarchies, in a tmpfs.
  if (step.kind == MountKind::Cgroup) return true;
  if (step.kind != MountKind::Filesystem || is_one_of(step.type, kNever)) return false;
  return !in_user_namespace || is_one_of(step.type, kInUserNamespace);
}

void label_mount(MountStep& step, const MountLabel& label, bool in_user_namespace) {
  if (unquote_own_label(step)) return;
  if (takes_label(step, in_user_namespace)) {
    step.label = label;
  } else if (step.kind == MountKind::Filesystem && step.type == "mqueue" && !in_user_namespace) {
    step.root_label = label.context;
  }
}

}  // namespace

MountLabel mount_label_of(const oci::Config& config) {
  MountLabel label;
  if (config.linux) label.context = config.linux->mount_label;
  const std::string* option = oci::find(config.annotations, oci::annotation::mount_context_type);
  label.option = option != nullptr ? *option : "context";
  if (is_one_of(label.option, kOptions)) return label;
  throw Error(cat(oci::place_of_annotation(oci::annotation::mount_context_type), ": ",
                  base::quoted(label.option),
                  " is none of context, fscontext, defcontext, rootcontext"));
}

void label_mounts(std::vector<MountStep>& steps, const MountLabel& label, bool in_user_namespace) {
  if (label.context.size() > kLongestValue) {
    throw Error(cat("config.json: /linux/mountLabel: ", base::quoted(label.context),
                    " is longer than the kernel takes, ", kLongestValue, " bytes"));
  }
  for (MountStep& step : steps) label_mount(step, label, in_user_namespace);
}

}  // namespace runtime::rootfs
