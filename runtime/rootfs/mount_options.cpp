#include "runtime/rootfs/mount_options.h"

#include <algorithm>
#include <sys/mount.h>

namespace runtime::rootfs {

namespace {

// glibc 2.36 has it, older kernel headers don't. Linux 5.14; 5.10 for mount(2).
constexpr std::uint64_t kNoSymlinkFollow = 0x00200000;

enum class Effect {
  None,
  Bind,
  Remount,
  CopyUp,
  BindLink,
  CoverLink,
  CopyLink,
  MapIds,
  Relabel,         // as `value` says
  Set,             // MOUNT_ATTR_* `value`
  Clear,           // the same
  AccessTime,      // the rule of MOUNT_ATTR__ATIME becomes `value`
  Propagate,       // to MS_* `value`
  FilesystemFlag,  // fsconfig's word is the option's name
};

enum class Reach { Mount, Recursive };

struct Row {
  std::string_view name;
  Effect effect;
  std::uint64_t value = 0;
  Reach reach = Reach::Mount;
  std::string_view opposite = {};  // of a filesystem flag
};

// THE list of mount options, sorted.
//
// "silent" and "loud" only concern what the kernel logs when a mount(2) fails, and "iversion" is
// decided by each filesystem itself: fsconfig(2) has no word for them, the kernel nothing to do.
// To undo an access time rule is to return to the kernel's own, relatime.
constexpr Row kRows[] = {
    {"Z", Effect::Relabel, static_cast<std::uint64_t>(Relabel::Private)},
    {"acl", Effect::None},
    {"async", Effect::FilesystemFlag, 0, Reach::Mount, "sync"},
    {"atime", Effect::AccessTime, MOUNT_ATTR_RELATIME},
    {"bind", Effect::Bind},
    {"copy-symlink", Effect::CopyLink},
    {"defaults", Effect::None},
    {"dest-nofollow", Effect::CoverLink},
    {"dev", Effect::Clear, MOUNT_ATTR_NODEV},
    {"diratime", Effect::Clear, MOUNT_ATTR_NODIRATIME},
    {"dirsync", Effect::FilesystemFlag},
    {"exec", Effect::Clear, MOUNT_ATTR_NOEXEC},
    {"idmap", Effect::MapIds},
    {"iversion", Effect::None},
    {"lazytime", Effect::FilesystemFlag, 0, Reach::Mount, "nolazytime"},
    {"loud", Effect::None},
    {"mand", Effect::FilesystemFlag, 0, Reach::Mount, "nomand"},
    {"noacl", Effect::None},
    {"noatime", Effect::AccessTime, MOUNT_ATTR_NOATIME},
    {"nodev", Effect::Set, MOUNT_ATTR_NODEV},
    {"nodiratime", Effect::Set, MOUNT_ATTR_NODIRATIME},
    {"noexec", Effect::Set, MOUNT_ATTR_NOEXEC},
    {"noiversion", Effect::None},
    {"nolazytime", Effect::FilesystemFlag, 0, Reach::Mount, "lazytime"},
    {"nomand", Effect::FilesystemFlag, 0, Reach::Mount, "mand"},
    {"norelatime", Effect::AccessTime, MOUNT_ATTR_RELATIME},
    {"nostrictatime", Effect::AccessTime, MOUNT_ATTR_RELATIME},
    {"nosuid", Effect::Set, MOUNT_ATTR_NOSUID},
    {"nosymfollow", Effect::Set, kNoSymlinkFollow},
    {"private", Effect::Propagate, MS_PRIVATE},
    {"ratime", Effect::AccessTime, MOUNT_ATTR_RELATIME, Reach::Recursive},
    {"rbind", Effect::Bind, 0, Reach::Recursive},
    {"rdev", Effect::Clear, MOUNT_ATTR_NODEV, Reach::Recursive},
    {"rdiratime", Effect::Clear, MOUNT_ATTR_NODIRATIME, Reach::Recursive},
    {"relatime", Effect::AccessTime, MOUNT_ATTR_RELATIME},
    {"remount", Effect::Remount},
    {"rexec", Effect::Clear, MOUNT_ATTR_NOEXEC, Reach::Recursive},
    {"ridmap", Effect::MapIds, 0, Reach::Recursive},
    {"rnoatime", Effect::AccessTime, MOUNT_ATTR_NOATIME, Reach::Recursive},
    {"rnodev", Effect::Set, MOUNT_ATTR_NODEV, Reach::Recursive},
    {"rnodiratime", Effect::Set, MOUNT_ATTR_NODIRATIME, Reach::Recursive},
    {"rnoexec", Effect::Set, MOUNT_ATTR_NOEXEC, Reach::Recursive},
    {"rnorelatime", Effect::AccessTime, MOUNT_ATTR_RELATIME, Reach::Recursive},
    {"rnostrictatime", Effect::AccessTime, MOUNT_ATTR_RELATIME, Reach::Recursive},
    {"rnosuid", Effect::Set, MOUNT_ATTR_NOSUID, Reach::Recursive},
    {"rnosymfollow", Effect::Set, kNoSymlinkFollow, Reach::Recursive},
    {"ro", Effect::Set, MOUNT_ATTR_RDONLY},
    {"rprivate", Effect::Propagate, MS_PRIVATE, Reach::Recursive},
    {"rrelatime", Effect::AccessTime, MOUNT_ATTR_RELATIME, Reach::Recursive},
    {"rro", Effect::Set, MOUNT_ATTR_RDONLY, Reach::Recursive},
    {"rrw", Effect::Clear, MOUNT_ATTR_RDONLY, Reach::Recursive},
    {"rshared", Effect::Propagate, MS_SHARED, Reach::Recursive},
    {"rslave", Effect::Propagate, MS_SLAVE, Reach::Recursive},
    {"rstrictatime", Effect::AccessTime, MOUNT_ATTR_STRICTATIME, Reach::Recursive},
    {"rsuid", Effect::Clear, MOUNT_ATTR_NOSUID, Reach::Recursive},
    {"rsymfollow", Effect::Clear, kNoSymlinkFollow, Reach::Recursive},
    {"runbindable", Effect::Propagate, MS_UNBINDABLE, Reach::Recursive},
    {"rw", Effect::Clear, MOUNT_ATTR_RDONLY},
    {"shared", Effect::Propagate, MS_SHARED},
    {"silent", Effect::None},
    {"slave", Effect::Propagate, MS_SLAVE},
    {"src-nofollow", Effect::BindLink},
    {"strictatime", Effect::AccessTime, MOUNT_ATTR_STRICTATIME},
    {"suid", Effect::Clear, MOUNT_ATTR_NOSUID},
    {"symfollow", Effect::Clear, kNoSymlinkFollow},
    {"sync", Effect::FilesystemFlag, 0, Reach::Mount, "async"},
    {"tmpcopyup", Effect::CopyUp},
    {"unbindable", Effect::Propagate, MS_UNBINDABLE},
    {"z", Effect::Relabel, static_cast<std::uint64_t>(Relabel::Shared)},
};

constexpr bool by_name(const Row& left, const Row& right) { return left.name < right.name; }
static_assert(std::is_sorted(std::begin(kRows), std::end(kRows), by_name));

const Row* find_row(std::string_view name) {
  const auto* const row =
      std::lower_bound(std::begin(kRows), std::end(kRows), name,
                       [](const Row& each, std::string_view key) { return each.name < key; });
  return row != std::end(kRows) && row->name == name ? row : nullptr;
}

void set_bits(AttributeChange& change, std::uint64_t bits) {
  change.set |= bits;
  change.clear &= ~bits;
}

void clear_bits(AttributeChange& change, std::uint64_t bits) {
  change.clear |= bits;
  change.set &= ~bits;
}

void apply_attribute(const Row& row, MountOptions& options) {
  AttributeChange& change =
      row.reach == Reach::Recursive ? options.recursive_attributes : options.attributes;
  if (row.effect == Effect::Set) return set_bits(change, row.value);
  if (row.effect == Effect::Clear) return clear_bits(change, row.value);
  clear_bits(change, MOUNT_ATTR__ATIME);
  change.set |= row.value;
}

void apply_filesystem_flag(const Row& row, MountOptions& options) {
  std::erase_if(options.filesystem_flags, [&](const std::string& given) {
    return given == row.name || given == row.opposite;
  });
  options.filesystem_flags.emplace_back(row.name);
}

// Not a further number of a list, as of mpol=, nor a further category of a label.
bool begins_option(std::string_view text) {
  if (text.starts_with('c')) text.remove_prefix(1);
  return text.empty() || text.front() < '0' || text.front() > '9';
}

}  // namespace

AttributeChange MountOptions::combined_attributes() const noexcept {
  AttributeChange change = attributes;
  const std::uint64_t named = recursive_attributes.set | recursive_attributes.clear;
  change.set = (change.set & ~named) | recursive_attributes.set;
  change.clear = (change.clear & ~named) | recursive_attributes.clear;
  return change;
}

bool MountOptions::read_only() const noexcept {
  return (combined_attributes().set & MOUNT_ATTR_RDONLY) != 0;
}

OptionScope scope_of(std::string_view option) {
  const Row* row = find_row(option);
  switch (row == nullptr ? Effect::None : row->effect) {
    case Effect::CopyUp: return OptionScope::Tmpfs;
    case Effect::BindLink:
    case Effect::CoverLink:
    case Effect::CopyLink:
    case Effect::Relabel: return OptionScope::Bind;
    default: return OptionScope::Any;
  }
}

std::vector<std::string_view> split_data(std::string_view text) {
  std::vector<std::string_view> options;
  const auto add = [&](std::string_view option) {
    if (!option.empty()) options.push_back(option);
  };
  bool quoted = false;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '"') quoted = !quoted;
    if (text[at] != ',' || quoted || !begins_option(text.substr(at + 1))) continue;
    if (at > 0 && text[at - 1] == '\\') continue;
    add(text.substr(begin, at - begin));
    begin = at + 1;
  }
  add(text.substr(begin));
  return options;
}

bool maps_ids(std::string_view option) {
  const Row* row = find_row(option.substr(0, option.find('=')));
  return row != nullptr && row->effect == Effect::MapIds;
}

void apply_option(std::string_view option, MountOptions& options) {
  // The only ones here that take a value.
  const auto equals = maps_ids(option) ? option.find('=') : std::string_view::npos;
  const Row* row = find_row(option.substr(0, equals));
  if (row == nullptr) {
    for (const std::string_view each : split_data(option)) options.data.emplace_back(each);
    return;
  }
  const bool recursive = row->reach == Reach::Recursive;
  switch (row->effect) {
    case Effect::None: break;
    case Effect::Bind: options.bind = recursive ? BindKind::Recursive : BindKind::Single; break;
    case Effect::Remount: options.remount = true; break;
    case Effect::CopyUp: options.copy_up = true; break;
    case Effect::BindLink: options.bind_link = true; break;
    case Effect::CoverLink: options.cover_link = true; break;
    case Effect::CopyLink: options.copy_link = true; break;
    case Effect::MapIds:
      options.id_map = {recursive, {}};
      if (equals != std::string_view::npos) options.id_map->lists = option.substr(equals + 1);
      break;
    case Effect::Relabel: options.relabel = static_cast<Relabel>(row->value); break;
    case Effect::Propagate: options.propagation.push_back({row->value, recursive}); break;
    case Effect::FilesystemFlag: apply_filesystem_flag(*row, options); break;
    case Effect::Set:
    case Effect::Clear:
    case Effect::AccessTime: apply_attribute(*row, options); break;
  }
}

std::vector<std::string> all_option_names() {
  std::vector<std::string> names;
  for (const Row& row : kRows) names.emplace_back(row.name);
  return names;
}

}  // namespace runtime::rootfs
