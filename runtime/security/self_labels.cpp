#include "runtime/security/self_labels.h"

#include <cerrno>

#include "base/error.h"
#include "base/text.h"
#include "runtime/security/apparmor.h"
#include "runtime/security/selinux.h"

namespace runtime::security {

using base::cat;
using base::Error;
using base::quoted;

namespace {

constexpr const char* kSelinuxPointer = "config.json: /process/selinuxLabel";
constexpr const char* kAppArmorPointer = "config.json: /process/apparmorProfile";

// As clients look for it: Podman tells by the backquoted path what has failed (K-40).
std::string shown(const LabelKind& kind) { return cat("`/proc/thread-self/", kind.file, "`"); }

bool kernel_has_calls() {
  constexpr auto kAny = sys::SecurityModule::SELinux;
  return sys::try_lsm_get_self_attr(kAny, sys::SelfAttribute::Current).error != ENOSYS;
}

[[noreturn]] void refuse(const LabelKind& kind, const std::string& label, int error) {
  throw Error(cat(quoted(label), ": ", shown(kind)), error);
}

[[noreturn]] void refuse_other(const LabelKind& kind, const std::string& label,
                               const std::string& got) {
  throw Error(cat(quoted(label), " was written, but ", quoted(got), " is in ", shown(kind)));
}

}  // namespace

SelfLabels::SelfLabels(std::string selinux_label, std::string apparmor_profile)
    : selinux_(std::move(selinux_label)), apparmor_(std::move(apparmor_profile)) {
  if (selinux_.empty() && apparmor_.empty()) return;
  if (!kernel_has_calls()) procfs_ = sys::open_procfs();
}

int SelfLabels::try_set(const LabelKind& kind, std::string_view value) const {
  if (procfs_.valid()) return sys::try_write_self_attribute(procfs_, kind.file, value);
  return sys::try_lsm_set_self_attr(kind.module, kind.attribute, value);
}

std::string SelfLabels::get(const LabelKind& kind) const {
  sys::ReadResult result = procfs_.valid()
                               ? sys::try_read_self_attribute(procfs_, kind.file)
                               : sys::try_lsm_get_self_attr(kind.module, kind.attribute);
  if (result.error != 0) throw Error(shown(kind), result.error);
  return std::move(result.bytes);
}

void SelfLabels::set_selinux(const LabelKind& kind, const std::string& label) const {
  const int error = try_set(kind, label);
  if (error != 0) refuse(kind, label, error);
  const std::string got = get(kind);
  if (!is_same_context(got, label)) refuse_other(kind, label, got);
}

void SelfLabels::set_apparmor() const {
  const std::string& profile = apparmor_;
  int error = try_set(kAppArmorProgram, cat("exec ", profile));
  // Who is confined may not change to any profile, but may take on one more: as in a user namespace
  // where unprivileged ones are restricted.
  if (error == EACCES || error == EPERM) error = try_set(kAppArmorProgram, cat("stack ", profile));
  if (error == ENOENT)
    throw Error(cat(quoted(profile), " is not loaded: ", shown(kAppArmorProgram)));
  if (error != 0) refuse(kAppArmorProgram, profile, error);
  const std::string got = get(kAppArmorProgram);
  if (!has_profile(got, profile)) refuse_other(kAppArmorProgram, profile, got);
}

void SelfLabels::label_keys() const {
  const base::Context labelling{[] { return kSelinuxPointer; }};
  if (!selinux_.empty()) set_selinux(kSelinuxKeys, selinux_);
}

void SelfLabels::label_sockets() const {
  if (!selinux_.empty()) set_selinux(kSelinuxSockets, selinux_);
}

void SelfLabels::stop_labelling_sockets() const {
  const int error = selinux_.empty() ? 0 : try_set(kSelinuxSockets, "");
  if (error != 0) refuse(kSelinuxSockets, "", error);
}

void SelfLabels::label_program() {
  if (!selinux_.empty()) {
    const base::Context labelling{[] { return kSelinuxPointer; }};
    set_selinux(kSelinuxProgram, selinux_);
  }
  if (!apparmor_.empty()) {
    const base::Context labelling{[] { return kAppArmorPointer; }};
    set_apparmor();
  }
  procfs_.reset();
}

void check_labels(const oci::Config& config) {
  const oci::Process& process = *config.process;
  if (!process.selinux_label.empty()) {
    const base::Context checking{[] { return kSelinuxPointer; }};
    check_context(process.selinux_label);
  }
  if (!config.linux->mount_label.empty()) {
    const base::Context checking{[] { return "config.json: /linux/mountLabel"; }};
    check_context(config.linux->mount_label);
  }
  if (!process.apparmor_profile.empty()) {
    const base::Context checking{[] { return kAppArmorPointer; }};
    check_profile(process.apparmor_profile);
  }
}

}  // namespace runtime::security
