// Mount options (config.md#mounts, config-linux.md "mount options"): what each name does, from one
// table that the parser and `features` read.
//
// Values only; mount.h carries them out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runtime::rootfs {

// MOUNT_ATTR_* to set and to clear, in the form of mount_setattr(2): a change of the access time
// rule names the whole MOUNT_ATTR__ATIME group in `clear`.
struct AttributeChange {
  std::uint64_t set = 0;
  std::uint64_t clear = 0;
  bool empty() const noexcept { return set == 0 && clear == 0; }
};

// One propagation change: MS_SHARED, MS_SLAVE, MS_PRIVATE or MS_UNBINDABLE.
struct PropagationChange {
  std::uint64_t type = 0;
  bool recursive = false;
  bool operator==(const PropagationChange&) const = default;
};

enum class BindKind { None, Single, Recursive };

// What becomes of the SELinux labels of a bind's source: they stay, or all are the container's own,
// or all are what every container may use.
enum class Relabel { No, Private, Shared };

// "idmap", "ridmap", and the lists that may follow: "idmap=uids=…;gids=…".
struct IdMapOption {
  bool recursive = false;
  std::optional<std::string> lists;
};

struct MountOptions {
  BindKind bind = BindKind::None;
  bool remount = false;
  bool copy_up = false;           // tmpcopyup
  bool bind_link = false;         // src-nofollow: a source that is a link is bound itself
  bool cover_link = false;        // dest-nofollow: a destination that is a link is covered itself
  bool copy_link = false;         // copy-symlink: a source that is a link is made anew, not bound
  Relabel relabel = Relabel::No;  // Z, z
  std::optional<IdMapOption> id_map;
  AttributeChange attributes;                  // of the mount itself
  AttributeChange recursive_attributes;        // of it and of all mounts below: rro, …
  std::vector<PropagationChange> propagation;  // in the order given
  std::vector<std::string> filesystem_flags;  // fsconfig(2) flags of the whole filesystem: sync, …
  std::vector<std::string> data;              // what the table doesn't know: "size=64k"

  // Both of the above, for a mount that has none below it; the recursive ones have the last word.
  AttributeChange combined_attributes() const noexcept;
  bool read_only() const noexcept;
};

// The kinds of mounts that an option is for.
enum class OptionScope { Any, Tmpfs, Bind };
OptionScope scope_of(std::string_view option);

// Whether it is one that maps ids.
bool maps_ids(std::string_view option);

// The filesystem's own options that one text gives, with commas between as mount(2) takes them; not
// those in quotes, as a label has them, nor after a backslash, as a path of overlay's.
std::vector<std::string_view> split_data(std::string_view text);

// Adds one option to what was parsed before; of contradicting ones the last wins. What the table
// doesn't know is the filesystem's own, `data`.
void apply_option(std::string_view option, MountOptions& options);

// For `features`: every name, sorted.
std::vector<std::string> all_option_names();

}  // namespace runtime::rootfs
