// What CRIU is asked for (criu_req and criu_opts of its images/rpc.proto): what the user chose,
// what the runtime knows, and the bytes that say both. Pure.
#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

#include "oci/describe.h"

namespace runtime::criu {

// The numbers of these are CRIU's.
enum class Action { Dump = 1, Restore = 2, PreDump = 4 };
enum class CgroupMode { Ignore = 0, Soft = 3, Full = 4, Strict = 5, Default = 6 };
enum class NetworkLock { Unset = 0, Iptables = 1, Nftables = 2, Skip = 3 };

// As the command line has them; the descriptions are there. Unused ones of the other direction stay
// as they are here.
struct Options {
  bool auto_dedup = false;
  bool empty_network = false;  // --empty-ns network
  bool ext_unix_sk = false;
  bool file_locks = false;
  bool lazy_pages = false;
  bool leave_running = false;
  bool link_remap = false;
  bool shell_job = false;
  bool tcp_close = false;
  bool tcp_established = false;
  bool tcp_skip_in_flight = false;
  CgroupMode cgroup_mode = CgroupMode::Default;
  NetworkLock network_lock = NetworkLock::Unset;
  std::string parent_path;  // relative to the images
  std::string page_server;  // an address; empty: none
  int page_server_port = 0;
  std::string lsm_profile;
  std::string lsm_mount_context;
};

// A mount that is not part of the container: where it is there and, by the same name, what is to be
// mounted when it is restored.
struct ExternalMount {
  std::string key;
  std::string value;
  bool operator==(const ExternalMount&) const = default;
};

// A descriptor of CRIU's own that takes the place of what the images call so.
struct InheritedFd {
  std::string key;
  int number;
  bool operator==(const InheritedFd&) const = default;
};

struct CgroupRoot {
  std::string controller;  // "" of cgroup2
  std::string path;
};

struct JoinedNamespaceFile {
  const char* kind;  // as links in /proc/<pid>/ns are called
  std::string path;
};

struct Request {
  Action action = Action::Dump;
  Options options;
  int images = -1;  // descriptors of ours, which CRIU opens through /proc
  int work = -1;
  pid_t pid = 0;  // of the container's init
  std::string root;
  std::string config_file;    // empty: none
  std::string freeze_cgroup;  // empty: none
  std::vector<ExternalMount> mounts;
  std::vector<std::string> externals;
  std::vector<InheritedFd> inherited;
  std::vector<CgroupRoot> cgroups;
  std::vector<JoinedNamespaceFile> namespaces;
};

// What the kernel has to be able to, as CRIU asks it.
enum class Feature { MemoryTracking = 1, LazyPages = 2 };

// The name of its log in the work folder.
const char* log_name(Action action);

std::string encode(const Request& request);
std::string encode_question(Feature feature);
// What a notification waits for: whether to go on.
std::string encode_answer(bool go_on);

}  // namespace runtime::criu

namespace oci {

// As --manage-cgroups-mode and --network-lock call them.
template <>
struct Names<runtime::criu::CgroupMode> {
  static constexpr NameOf<runtime::criu::CgroupMode> table[] = {
      {"soft", runtime::criu::CgroupMode::Soft},
      {"full", runtime::criu::CgroupMode::Full},
      {"strict", runtime::criu::CgroupMode::Strict},
      {"ignore", runtime::criu::CgroupMode::Ignore},
  };
};

template <>
struct Names<runtime::criu::NetworkLock> {
  static constexpr NameOf<runtime::criu::NetworkLock> table[] = {
      {"iptables", runtime::criu::NetworkLock::Iptables},
      {"nftables", runtime::criu::NetworkLock::Nftables},
      {"skip", runtime::criu::NetworkLock::Skip},
  };
};

}  // namespace oci
