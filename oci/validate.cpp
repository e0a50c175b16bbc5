// The document's own rules (config.md) and the order in which the topics are gone through.
#include "oci/validate.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "oci/problems.h"
#include "oci/rules.h"
#include "oci/version.h"

namespace oci {

namespace {

constexpr std::size_t kLongestUtsName = 64;  // __NEW_UTS_LEN

struct Version {
  unsigned major;
  unsigned minor;
};

// semver.org: three numbers without leading zeros, then "-pre" and "+build", each of identifiers.
std::optional<unsigned> parse_version_number(std::string_view text) {
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  return base::parse_int<unsigned>(text);
}

bool are_identifiers(std::string_view text) {
  constexpr std::string_view kAllowed =
      "0123456789-abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const auto parts = base::split(text, '.');
  return std::all_of(parts.begin(), parts.end(), [&](std::string_view part) {
    return !part.empty() && part.find_first_not_of(kAllowed) == std::string_view::npos;
  });
}

std::optional<Version> parse_version(std::string_view text) {
  if (const auto plus = text.find('+'); plus != std::string_view::npos) {
    if (!are_identifiers(text.substr(plus + 1))) return std::nullopt;
    text = text.substr(0, plus);
  }
  if (const auto dash = text.find('-'); dash != std::string_view::npos) {
    if (!are_identifiers(text.substr(dash + 1))) return std::nullopt;
    text = text.substr(0, dash);
  }
  const auto parts = base::split(text, '.');
  if (parts.size() != 3 || !parse_version_number(parts[2])) return std::nullopt;
  const auto major = parse_version_number(parts[0]);
  const auto minor = parse_version_number(parts[1]);
  if (!major || !minor) return std::nullopt;
  return Version{*major, *minor};
}

// config.md#specification-version
void check_oci_version(const Config& config, Problems& problems) {
  const auto version = parse_version(config.oci_version);
  const std::string shown = base::quoted(config.oci_version);
  const auto ours = parse_version(spec_version);
  if (!version) {
    problems.add("/ociVersion", base::cat(shown, " is no version like ", spec_version));
  } else if (version->major != ours->major) {
    problems.add("/ociVersion", base::cat(shown, " is not supported, only ", ours->major, ".x is"));
  } else if (version->minor > ours->minor) {
    problems.warn("/ociVersion",
                  base::cat(shown, " is newer than ", spec_version, "; what it adds is ignored"));
  }
}

// config.md#root: required on Linux.
void check_root(const Config& config, Problems& problems) {
  if (!config.root) {
    problems.add("/root", "missing");
  } else if (config.root->path.empty()) {
    problems.add("/root/path", "empty");
  }
}

// config.md#process: needed by `start` only, but `create` prepares it, and so refuses earlier.
void check_process_is_there(const Config& config, Problems& problems) {
  if (!config.process) problems.add("/process", "missing");
}

// config.md#hostname, config.md#domainname
void check_uts_name(const Config& config, const std::string& name, std::string_view at,
                    Problems& problems) {
  if (name.empty()) return;
  if (!config.linux || find_namespace(*config.linux, NamespaceType::Uts) == nullptr) {
    problems.add(at, "needs a uts namespace");
  }
  if (name.size() > kLongestUtsName) {
    problems.add(at, base::cat(base::quoted(name), " is longer than ", kLongestUtsName, " bytes"));
  }
}

// config.md#annotations
void check_annotations(const Config& config, Problems& problems) {
  if (find(config.annotations, "") != nullptr) problems.add("/annotations", "empty key");
}

// config.md#posix-platform-hooks
void check_hook(const Hook& hook, const std::string& at, Problems& problems) {
  check_absolute(hook.path, at + "/path", problems);
  if (hook.timeout && *hook.timeout <= 0) {
    problems.add(at + "/timeout", base::cat("must be above 0, is ", *hook.timeout));
  }
}

void check_hooks(const Config& config, Problems& problems) {
  const auto check_kind = [&](const auto& row) {
    std::size_t index = 0;
    for (const Hook& hook : config.hooks.*row.member) {
      check_hook(hook, base::cat("/hooks/", row.name, '/', index++), problems);
    }
  };
  std::apply([&](const auto&... rows) { (check_kind(rows), ...); }, Describe<Hooks>::fields);
}

}  // namespace

void validate(const Config& config, std::vector<std::string>* warnings) {
  Problems problems(warnings);
  check_oci_version(config, problems);
  check_root(config, problems);
  check_process_is_there(config, problems);
  if (config.process) check_process(*config.process, "/process", problems);
  check_uts_name(config, config.hostname, "/hostname", problems);
  check_uts_name(config, config.domainname, "/domainname", problems);
  check_mounts(config.mounts, problems);
  check_hooks(config, problems);
  check_annotations(config, problems);
  check_namespaces(config, problems);
  if (config.linux) check_linux(*config.linux, problems);
  problems.throw_if_any("config.json");
}

void validate(std::string_view file_name, const Process& process,
              std::vector<std::string>* warnings) {
  Problems problems(warnings);
  check_process(process, "", problems);
  problems.throw_if_any(file_name);
}

void validate(std::string_view file_name, const Resources& resources,
              std::vector<std::string>* warnings) {
  Problems problems(warnings);
  check_resources(resources, "", problems);
  problems.throw_if_any(file_name);
}

void validate(std::string_view file_name, const Seccomp& seccomp, std::string_view at) {
  Problems problems(nullptr);
  check_seccomp(seccomp, at, problems);
  problems.throw_if_any(file_name);
}

}  // namespace oci
