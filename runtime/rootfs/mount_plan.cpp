#include "runtime/rootfs/mount_plan.h"

#include <algorithm>
#include <string_view>

#include "base/directory.h"
#include "base/error.h"
#include "base/mount.h"
#include "base/text.h"
#include "runtime/rootfs/id_map_plan.h"
#include "runtime/rootfs/plan_problems.h"

namespace runtime::rootfs {

using base::cat;
using base::quoted;

namespace {

bool lies_below(std::string_view path, std::string_view folder) {
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

void parse_options(const oci::Mount& mount, MountStep& step) {
  for (const std::string& option : mount.options) {
    // An empty one is what Buildah writes for a volume without any.
    if (!option.empty()) apply_option(option, step.options);
  }
}

MountKind kind_of(const oci::Mount& mount, const MountOptions& options) {
  if (options.remount) return MountKind::Remount;
  if (options.bind != BindKind::None) return MountKind::Bind;
  return mount.type == "cgroup" ? MountKind::Cgroup : MountKind::Filesystem;
}

// Why the option is none for such a mount, or "".
std::string_view misplaced(std::string_view option, const MountStep& step) {
  const bool is_tmpfs = step.kind == MountKind::Filesystem && step.type == "tmpfs";
  switch (scope_of(option)) {
    case OptionScope::Any: return "";
    case OptionScope::Tmpfs: return is_tmpfs ? "" : "is for a new tmpfs only";
    case OptionScope::Bind: return step.kind == MountKind::Bind ? "" : "is for a bind mount only";
  }
  return "";
}

// Why the option can't be together with others of the mount, or "".
std::string_view contradicted(std::string_view option, const MountStep& step) {
  if (option == "copy-symlink" && (step.options.bind_link || step.options.cover_link)) {
    return R"(can't be together with "src-nofollow" or "dest-nofollow")";
  }
  // The copy would be of other ids than the image's.
  if (option == "tmpcopyup" && step.id_map) return "can't be together with mapped ids";
  return "";
}

void check_scopes(const oci::Mount& mount, const MountStep& step, PlanProblems& problems) {
  for (std::size_t at = 0; at < mount.options.size(); ++at) {
    const std::string& option = mount.options[at];
    std::string_view reason = misplaced(option, step);
    if (reason.empty()) reason = contradicted(option, step);
    if (!reason.empty()) problems.add_option(at, cat(quoted(option), " ", reason));
  }
}

std::size_t size_of_data(const MountStep& step) {
  std::size_t size = 0;
  for (const std::string& option : step.options.data) size += option.size() + 1;
  return size;
}

void check_datum(std::size_t at, std::string_view option, const MountStep& step,
                 PlanProblems& problems) {
  const auto& data = step.options.data;
  if (std::find(data.begin(), data.end(), option) == data.end()) return;
  if (step.options.bind != BindKind::None) {
    problems.add_option(at, cat(quoted(option), " is no option of a bind mount"));
  } else if (is_long(option) && step.kind != MountKind::Filesystem) {
    problems.add_option(
        at, cat(quoted(option), " is longer than the kernel takes, ", kLongestValue, " bytes"));
  } else if (is_long(option) && size_of_data(step) > sys::kLongestMountData) {
    problems.add_option(at, cat(quoted(option), " and the other options are longer than the ",
                                "kernel takes, ", sys::kLongestMountData, " bytes"));
  }
}

void check_data(const oci::Mount& mount, const MountStep& step, PlanProblems& problems) {
  if (step.options.data.empty()) return;
  for (std::size_t at = 0; at < mount.options.size(); ++at) {
    for (const std::string_view option : split_data(mount.options[at])) {
      check_datum(at, option, step, problems);
    }
  }
}

void check_type(const oci::Mount& mount, const MountStep& step, PlanProblems& problems) {
  if (step.kind != MountKind::Filesystem) return;
  if (mount.type.empty()) {
    problems.add("type", R"(missing, and so is the option "bind" or "rbind")");
  } else if (mount.type == "bind" || mount.type == "rbind") {
    problems.add("type", cat(quoted(mount.type), R"( makes no bind mount, the option "bind" or )",
                             R"("rbind" does)"));
  }
}

void check_source(const oci::Mount& mount, const MountStep& step, PlanProblems& problems) {
  if (step.kind == MountKind::Bind && mount.source.empty()) {
    problems.add("source", "missing, a bind mount needs one");
  }
}

// procfs must be the real one: labels and kernel settings are written through it (CVE-2019-16884).
bool may_be_at(const MountStep& step) {
  if (step.kind == MountKind::Remount) return true;
  if (lies_below(step.destination, "/proc")) return may_cover_in_proc(step.destination);
  if (step.destination != "/proc") return true;
  // Whether a bind's source is a procfs shows when it is mounted.
  return step.kind == MountKind::Bind ||
         (step.kind == MountKind::Filesystem && step.type == "proc");
}

void check_destination(const oci::Mount& mount, const MountStep& step, PlanProblems& problems) {
  if (may_be_at(step)) return;
  problems.add("destination",
               cat(quoted(mount.destination), " may not be mounted over, it belongs to procfs"));
}

std::string source_of(const oci::Mount& mount, MountKind kind, const std::string& bundle) {
  const bool is_host_path = kind == MountKind::Bind && !mount.source.empty();
  if (!is_host_path || mount.source.front() == '/') return mount.source;
  return cat(bundle, "/", mount.source);
}

}  // namespace

bool is_long(std::string_view option) {
  const auto equals = option.find('=');
  return equals != std::string::npos && option.size() - equals - 1 > kLongestValue;
}

bool may_cover_in_proc(const std::string& destination) {
  constexpr std::string_view kFiles[] = {
      "/proc/cpuinfo",
      "/proc/diskstats",
      "/proc/meminfo",
      "/proc/stat",
      "/proc/swaps",
      "/proc/uptime",
      "/proc/loadavg",
      "/proc/slabinfo",
      "/proc/sys/kernel/ns_last_pid",
      "/proc/sys/crypto/fips_enabled",
  };
  return std::find(std::begin(kFiles), std::end(kFiles), destination) != std::end(kFiles);
}

std::vector<MountStep> plan_mounts(const std::vector<oci::Mount>& mounts, const std::string& bundle,
                                   const oci::Linux& linux, std::vector<std::string>& problems) {
  std::vector<MountStep> steps;
  steps.reserve(mounts.size());
  for (const oci::Mount& mount : mounts) {
    MountStep& step = steps.emplace_back();
    step.index = steps.size() - 1;
    PlanProblems own(step.index, problems);
    parse_options(mount, step);
    step.kind = kind_of(mount, step.options);
    step.type = mount.type;
    step.source = source_of(mount, step.kind, bundle);
    // Relative ones are deprecated and begin at the root all the same.
    step.destination = base::cleaned_path(mount.destination);
    check_destination(mount, step, own);
    check_type(mount, step, own);
    check_source(mount, step, own);
    plan_id_map(mount, linux, step, own);
    check_scopes(mount, step, own);
    check_data(mount, step, own);
  }
  return steps;
}

std::vector<MountStep> plan_mounts(const std::vector<oci::Mount>& mounts, const std::string& bundle,
                                   const oci::Linux& linux) {
  std::vector<std::string> problems;
  std::vector<MountStep> steps = plan_mounts(mounts, bundle, linux, problems);
  if (!problems.empty()) throw base::Error(cat("config.json: ", base::join(problems, "; ")));
  return steps;
}

}  // namespace runtime::rootfs
