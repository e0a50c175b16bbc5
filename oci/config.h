// config.json (config.md) as a value: every property that has a meaning on Linux, with its row.
//
// Shape only. What the values mean together is checked in validate.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "oci/config_linux.h"
#include "oci/describe.h"
#include "oci/process.h"

namespace oci {

struct Root {
  std::string path;
  bool readonly = false;
};

template <>
struct Describe<Root> {
  static constexpr auto fields = std::tuple{
      Field{"path", &Root::path, required},
      Field{"readonly", &Root::readonly},
  };
};

struct Mount {
  std::string destination;
  std::string type;
  std::string source;
  std::vector<std::string> options;
  std::vector<IdMapping> uid_mappings;
  std::vector<IdMapping> gid_mappings;
};

template <>
struct Describe<Mount> {
  static constexpr auto fields = std::tuple{
      Field{"destination", &Mount::destination, required},
      Field{"type", &Mount::type},
      Field{"source", &Mount::source},
      Field{"options", &Mount::options},
      Field{"uidMappings", &Mount::uid_mappings},
      Field{"gidMappings", &Mount::gid_mappings},
  };
};

struct Hook {
  std::string path;
  std::vector<std::string> args;
  std::optional<std::vector<std::string>> env;  // absent isn't an empty environment
  std::optional<std::int64_t> timeout;          // seconds
};

template <>
struct Describe<Hook> {
  static constexpr auto fields = std::tuple{
      Field{"path", &Hook::path, required},
      Field{"args", &Hook::args},
      Field{"env", &Hook::env},
      Field{"timeout", &Hook::timeout},
  };
};

struct Hooks {
  std::vector<Hook> prestart;
  std::vector<Hook> create_runtime;
  std::vector<Hook> create_container;
  std::vector<Hook> start_container;
  std::vector<Hook> poststart;
  std::vector<Hook> poststop;
};

template <>
struct Describe<Hooks> {
  static constexpr auto fields = std::tuple{
      Field{"prestart", &Hooks::prestart},
      Field{"createRuntime", &Hooks::create_runtime},
      Field{"createContainer", &Hooks::create_container},
      Field{"startContainer", &Hooks::start_container},
      Field{"poststart", &Hooks::poststart},
      Field{"poststop", &Hooks::poststop},
  };
};

struct Config {
  std::string oci_version;
  std::optional<Root> root;
  std::optional<Process> process;
  std::string hostname;
  std::string domainname;
  std::vector<Mount> mounts;
  Hooks hooks;
  Map<std::string> annotations;
  std::optional<Linux> linux;
};

template <>
struct Describe<Config> {
  static constexpr auto fields = std::tuple{
      Field{"ociVersion", &Config::oci_version, required},
      Field{"process", &Config::process},
      Field{"root", &Config::root},
      Field{"hostname", &Config::hostname},
      Field{"domainname", &Config::domainname},
      Field{"mounts", &Config::mounts},
      Field{"hooks", &Config::hooks},
      Field{"annotations", &Config::annotations},
      Field{"linux", &Config::linux},
  };
  static constexpr std::string_view ignored[] = {"freebsd", "solaris", "vm", "windows", "zos"};
};

}  // namespace oci
