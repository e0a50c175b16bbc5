#include "runtime/rootfs/devices.h"

#include <algorithm>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/error.h"
#include "base/file.h"
#include "base/mount.h"
#include "base/text.h"
#include "oci/default_devices.h"

namespace runtime::rootfs {

using base::BorrowedFd;
using base::cat;
using base::Error;
using base::Links;
using base::OwnedFd;
using base::RootDir;
using oci::DefaultDevice;

namespace {

constexpr mode_t kUsualMode = 0666;

struct Link {
  const char* name;
  const char* target;
};
constexpr Link kLinks[] = {
    {"fd", "/proc/self/fd"},
    {"stdin", "/proc/self/fd/0"},
    {"stdout", "/proc/self/fd/1"},
    {"stderr", "/proc/self/fd/2"},
};

bool is_node(const sys::Placement& place, mode_t type, dev_t device) {
  return (place.mode & S_IFMT) == type && (type == S_IFIFO || place.node == device);
}

// No link may say where /dev is: nodes and links would be made there, and what is in it is trusted
// (CVE-2026-41579).
RootDir open_dev(const RootDir& root) {
  const base::Context opening{[] { return "/dev"; }};
  OwnedFd dev = root.ensure_directory("dev", Links::Refuse);
  if (!S_ISDIR(sys::statx(dev).mode)) throw Error("it is no folder");
  return RootDir(std::move(dev));
}

OwnedFd open_itself(BorrowedFd folder, const char* name) {
  return sys::openat2(folder, name, O_PATH | O_NOFOLLOW, sys::Resolve::kBeneath);
}

void expect_default(BorrowedFd node, const DefaultDevice& wanted) {
  if (is_node(sys::statx(node), S_IFCHR, wanted.number())) return;
  throw Error(cat("/dev/", wanted.name, " of the root file system is not ", wanted.what,
                  " (character device ", wanted.major, ":", wanted.minor, ")"));
}

// The host's node of that path over an empty file, or over what an image has there. Its owner and
// mode stay the host's.
void bind_node(const RootDir& folder, const std::string& name, const std::string& host_path,
               mode_t type, dev_t number) {
  const OwnedFd node = sys::openat(BorrowedFd::cwd(), host_path.c_str(), O_PATH | O_NOFOLLOW);
  if (!is_node(sys::statx(node), type, number)) {
    throw Error(cat("the host's ", host_path,
                    " is not that device, and in a user namespace only "
                    "the host's can be had"));
  }
  const OwnedFd target = folder.ensure_file(name, Links::Refuse);
  sys::move_mount(sys::open_tree_clone(node, sys::Subtree::No), target);
}

void make_default(const RootDir& dev, const DefaultDevice& wanted, Nodes nodes) {
  const dev_t device = wanted.number();
  if (nodes == Nodes::Bound) {
    return bind_node(dev, wanted.name, cat("/dev/", wanted.name), S_IFCHR, device);
  }
  if (sys::mknodat_if_absent(dev.fd(), wanted.name, S_IFCHR | kUsualMode, device)) return;
  expect_default(open_itself(dev.fd(), wanted.name), wanted);
}

mode_t kernel_type(oci::DeviceType type) {
  switch (type) {
    case oci::DeviceType::Block: return S_IFBLK;
    case oci::DeviceType::Char:
    case oci::DeviceType::Unbuffered: return S_IFCHR;
    case oci::DeviceType::Fifo: return S_IFIFO;
  }
  return S_IFCHR;
}

// The folder of a device's path and its name there. Below /dev no link is passed; elsewhere they
// lead where they would lead the container.
struct Place {
  RootDir folder;
  std::string name;
};

Place place_of(const RootDir& root, const RootDir& dev, const std::string& path) {
  constexpr std::string_view kDev = "/dev/";
  const std::string clean = base::cleaned_path(path);
  const auto slash = clean.rfind('/');
  std::string name = clean.substr(slash + 1);
  if (name.empty()) throw Error("names no file");
  const std::string folder = clean.substr(0, slash);
  if (!clean.starts_with(kDev)) return {RootDir(root.ensure_directory(folder)), std::move(name)};
  const std::string below = folder.substr(std::min(kDev.size(), folder.size()));
  return {RootDir(dev.ensure_directory(below, Links::Refuse)), std::move(name)};
}

void make_device(const RootDir& root, const RootDir& dev, const oci::Device& device, Nodes nodes) {
  const Place place = place_of(root, dev, device.path);
  const mode_t type = kernel_type(device.type);
  const dev_t number = type == S_IFIFO ? 0
                                       : makedev(static_cast<unsigned>(device.major.value_or(0)),
                                                 static_cast<unsigned>(device.minor.value_or(0)));
  if (nodes == Nodes::Bound && type != S_IFIFO) {
    return bind_node(place.folder, place.name, base::cleaned_path(device.path), type, number);
  }
  // The type bits that some engines leave in fileMode say what `type` says.
  const mode_t mode = device.file_mode.value_or(kUsualMode) & 07777U;
  const char* name = place.name.c_str();
  const bool made = sys::mknodat_if_absent(place.folder.fd(), name, type | mode, number);
  if (made && !device.uid && !device.gid) return;
  const OwnedFd node = open_itself(place.folder.fd(), name);
  if (!is_node(sys::statx(node), type, number)) {
    throw Error("something else is there already");
  }
  if (made) sys::fchown_object(node, device.uid.value_or(0), device.gid.value_or(0));
}

bool links_to_pts(BorrowedFd ptmx, const sys::Placement& place) {
  if (!S_ISLNK(place.mode)) return false;
  const std::string target = sys::readlinkat(ptmx, "");
  return target == "pts/ptmx" || target == "/dev/pts/ptmx";
}

// The multiplexer is that of the container's own devpts. A node 5:2 finds the devpts beside it
// itself; anything else of that name is the image's and makes way.
void make_ptmx(const RootDir& dev) {
  constexpr const char* kName = "ptmx";
  constexpr const char* kTarget = "pts/ptmx";
  if (sys::symlinkat_if_absent(kTarget, dev.fd(), kName)) return;
  const OwnedFd there = open_itself(dev.fd(), kName);
  const sys::Placement place = sys::statx(there);
  if (is_node(place, S_IFCHR, makedev(5, 2)) || links_to_pts(there, place)) return;
  sys::unlinkat_if_exists(dev.fd(), kName, 0);
  sys::symlinkat(kTarget, dev.fd(), kName);
}

void make_links(const RootDir& root, const RootDir& dev) {
  for (const Link& link : kLinks) sys::symlinkat_if_absent(link.target, dev.fd(), link.name);
  if (root.find("proc/kcore")) sys::symlinkat_if_absent("/proc/kcore", dev.fd(), "core");
}

}  // namespace

void make_devices(const RootDir& root, const std::vector<oci::Device>& devices,
                  const MountedTree& mounted, Nodes nodes) {
  if (mounted.dev_is_bind) return;
  const sys::NoUmask exact_modes;
  const RootDir dev = open_dev(root);
  // Before the default ones, because the config may give one of them another mode or owner.
  for (const oci::Device& device : devices) {
    const base::Context making{[&] { return cat("device ", device.path); }};
    make_device(root, dev, device, nodes);
  }
  for (const DefaultDevice& each : oci::default_devices) make_default(dev, each, nodes);
  make_ptmx(dev);
  make_links(root, dev);
}

std::vector<std::string> default_device_paths() {
  std::vector<std::string> paths;
  for (const DefaultDevice& each : oci::default_devices) paths.push_back(cat("/dev/", each.name));
  return paths;
}

OwnedFd open_null_device(const RootDir& root) {
  OwnedFd null = root.open(cat("dev/", oci::null_device.name), O_PATH | O_NOFOLLOW, Links::Refuse);
  expect_default(null, oci::null_device);
  return null;
}

void bind_console(const RootDir& root, BorrowedFd peer) {
  const base::Context binding{[] { return "/dev/console"; }};
  const bool is_terminal =
      S_ISCHR(sys::statx(peer).mode) && sys::filesystem_magic(peer) == DEVPTS_SUPER_MAGIC;
  if (!is_terminal) throw Error("the terminal's other side is no device of a devpts");
  const RootDir dev = open_dev(root);
  const OwnedFd target = dev.ensure_file("console", Links::Refuse);
  sys::move_mount(sys::open_tree_clone(peer, sys::Subtree::No), target);
}

}  // namespace runtime::rootfs
