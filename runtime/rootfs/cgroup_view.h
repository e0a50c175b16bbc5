// What a mount of type "cgroup" has to know of the host: a value that the launching side makes of
// the cgroup driver's layout and location, because this folder knows neither.
#pragma once

#include <string>
#include <vector>

namespace runtime::rootfs {

// One hierarchy, as the container shall see it.
struct CgroupHierarchy {
  std::string filesystem;           // "cgroup2" or "cgroup"
  std::string options;              // "cpu,cpuacct", "none,name=systemd"; "" for cgroup2
  std::string folder;               // below the mount's destination: "cpu,cpuacct", "unified"
  std::vector<std::string> links;   // beside that folder, to it: "cpu", "cpuacct"
  std::string container_directory;  // the container's own cgroup, an absolute path of the host
};

struct CgroupView {
  // True: exactly one hierarchy, a cgroup2, mounted at the destination itself. False: v1 or hybrid,
  // a tmpfs with a folder per hierarchy.
  bool unified = true;
  // The process that mounts is in a cgroup namespace of its own whose root is the container's
  // cgroup. A new instance shows that cgroup as its root then. Without, parts of the host's mounts
  // are bound: all of it if unified, as /proc/self/cgroup then speaks of it; else the own
  // directory.
  bool own_namespace = true;
  std::vector<CgroupHierarchy> hierarchies;
};

// Of a mount of type "cgroup" at that destination, what of the host's mounts is bound: where it is
// in the container and what it is. None with a namespace of its own.
struct BoundCgroup {
  std::string destination;
  std::string source;
};
std::vector<BoundCgroup> bound_cgroups(const std::string& destination, const CgroupView& view);

}  // namespace runtime::rootfs
