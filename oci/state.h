// What the runtime tells others about a container: the state document of `state` and the hooks
// (runtime.md#state) and the one a seccomp agent receives (config-linux.md#containerprocessstate).
//
// Not the runtime's own record on disk; that is runtime/container's.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "oci/describe.h"
#include "oci/version.h"

namespace oci {

// `paused` isn't the specification's, but every client knows it.
enum class Status { Creating, Created, Running, Paused, Stopped };

template <>
struct Names<Status> {
  static constexpr NameOf<Status> table[] = {
      {"creating", Status::Creating}, {"created", Status::Created}, {"running", Status::Running},
      {"paused", Status::Paused},     {"stopped", Status::Stopped},
  };
};

struct State {
  std::string oci_version{spec_version};
  std::string id;
  Status status{};
  std::int32_t pid = 0;  // 0 when stopped
  std::string bundle;
  // Below: not in the specification, but clients read them from runc's.
  std::string rootfs;
  std::string created;  // RFC 3339 with nanoseconds
  Map<std::string> annotations;
  std::string owner;
};

template <>
struct Describe<State> {
  static constexpr auto fields = std::tuple{
      Field{"ociVersion", &State::oci_version, required},
      Field{"id", &State::id, required},
      Field{"pid", &State::pid, required},
      Field{"status", &State::status, required},
      Field{"bundle", &State::bundle, required},
      Field{"rootfs", &State::rootfs},
      Field{"created", &State::created},
      Field{"annotations", &State::annotations},
      Field{"owner", &State::owner},
  };
};

struct ContainerProcessState {
  std::string oci_version{spec_version};
  std::vector<std::string> fds;
  std::int32_t pid = 0;
  std::string metadata;
  State state;
};

template <>
struct Describe<ContainerProcessState> {
  static constexpr auto fields = std::tuple{
      Field{"ociVersion", &ContainerProcessState::oci_version, required},
      Field{"fds", &ContainerProcessState::fds, required},
      Field{"pid", &ContainerProcessState::pid, required},
      Field{"metadata", &ContainerProcessState::metadata},
      Field{"state", &ContainerProcessState::state, required},
  };
};

}  // namespace oci
