// The labels that a process gives itself, for what it makes next: its program
// (config.md#linux-process apparmorProfile, selinuxLabel), its keys and its sockets.
#pragma once

#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/lsm.h"
#include "oci/config.h"

namespace runtime::security {

// An attribute and its file below /proc/thread-self.
struct LabelKind {
  sys::SecurityModule module;
  sys::SelfAttribute attribute;
  const char* file;
};
inline constexpr LabelKind kSelinuxProgram = {sys::SecurityModule::SELinux,
                                              sys::SelfAttribute::Exec, "attr/exec"};
inline constexpr LabelKind kSelinuxKeys = {sys::SecurityModule::SELinux,
                                           sys::SelfAttribute::KeyCreate, "attr/keycreate"};
inline constexpr LabelKind kSelinuxSockets = {sys::SecurityModule::SELinux,
                                              sys::SelfAttribute::SockCreate, "attr/sockcreate"};
inline constexpr LabelKind kAppArmorProgram = {sys::SecurityModule::AppArmor,
                                               sys::SelfAttribute::Exec, "attr/apparmor/exec"};

// Every label is read back: whoever was to be confined is, or there is no program.
//
// Written by lsm_set_self_attr(2), which takes no path; where the kernel hasn't got it, through a
// procfs opened while no other container could reach it.
class SelfLabels {
 public:
  // Before the container's mounts are made. Without labels in the config it does nothing.
  explicit SelfLabels(const oci::Process& process)
      : SelfLabels(process.selinux_label, process.apparmor_profile) {}
  SelfLabels(std::string selinux_label, std::string apparmor_profile);

  // New keys and keyrings are the program's, as SELinux sees it. Holds until the next execve.
  void label_keys() const;

  // New sockets likewise; again as they would be without us.
  void label_sockets() const;
  void stop_labelling_sockets() const;

  // What the next execve turns this process into, or a child of it. Not by `attr/current`, since a
  // policy may let nobody change its own label. Drops the procfs.
  void label_program();

 private:
  int try_set(const LabelKind& kind, std::string_view value) const;
  std::string get(const LabelKind& kind) const;
  void set_selinux(const LabelKind& kind, const std::string& label) const;
  void set_apparmor() const;

  std::string selinux_;
  std::string apparmor_;
  base::OwnedFd procfs_;  // not valid: the calls serve
};

// Throws when the kernel has no means to apply what the config asks for, linux.mountLabel included:
// an SELinux context that its policy doesn't know, an AppArmor profile that isn't loaded.
void check_labels(const oci::Config& config);

}  // namespace runtime::security
