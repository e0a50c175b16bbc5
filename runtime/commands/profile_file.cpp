#include "runtime/commands/profile_file.h"

#include <optional>
#include <sys/stat.h>
#include <tuple>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "oci/json_reader.h"
#include "oci/json_writer.h"
#include "runtime/launch/bundle.h"

namespace runtime {

using base::BorrowedFd;
using base::cat;
using base::Error;
using base::OwnedFd;

namespace {

// As much of a config.json as concerns us; the rest is whoever runs it's to judge.
struct LinuxPart {
  std::optional<oci::Seccomp> seccomp;
};
struct ConfigPart {
  std::optional<LinuxPart> platform;
  std::string spec_version;
};

std::string file_of(const std::string& path) {
  const auto found = sys::open_if_exists(BorrowedFd::cwd(), path.c_str(), O_PATH);
  const bool is_bundle = found && S_ISDIR(sys::fstat(*found).st_mode);
  return is_bundle ? cat(path, "/config.json") : path;
}

std::string read_file(const std::string& path) {
  const OwnedFd file = sys::openat(BorrowedFd::cwd(), path.c_str(), kOpenDocument);
  const base::Context reading{[&] { return base::shown_path(path); }};
  return read_document(file);
}

}  // namespace

}  // namespace runtime

template <>
struct oci::Describe<runtime::LinuxPart> {
  static constexpr auto fields = std::tuple{Field{"seccomp", &runtime::LinuxPart::seccomp}};
};

template <>
struct oci::Describe<runtime::ConfigPart> {
  static constexpr auto fields = std::tuple{
      Field{"linux", &runtime::ConfigPart::platform},
      Field{"ociVersion", &runtime::ConfigPart::spec_version},
  };
};

namespace runtime {

FoundProfile read_profile(const std::string& path) {
  const std::string file = file_of(path);
  const std::string bytes = read_file(file);
  auto config = oci::read_json<ConfigPart>(file, bytes);
  if (!config.platform && config.spec_version.empty()) {
    return {oci::read_json<oci::Seccomp>(file, bytes), file, ""};
  }
  if (!config.platform || !config.platform->seccomp) {
    throw Error(cat(base::shown_path(file), ": /linux/seccomp: there is none"));
  }
  return {std::move(*config.platform->seccomp), file, "/linux/seccomp"};
}

ProfileOutput::ProfileOutput(const std::string& path) : path_(path), place_(find_place(path)) {
  const base::Context checking{[&] { return base::shown_path(path_); }};
  if (sys::try_writable(place_.folder) != 0) throw Error("no file can be made in that folder");
  check_replaceable(place_);
}

void ProfileOutput::write(const oci::Seccomp& profile) const {
  const base::Context writing{[&] { return base::shown_path(path_); }};
  const std::string text = oci::write_json(profile, oci::JsonStyle::Pretty) + "\n";
  sys::replace_file(place_.folder, place_.name, text, 0644);
}

}  // namespace runtime
