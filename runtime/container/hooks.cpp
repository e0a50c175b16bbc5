#include "runtime/container/hooks.h"

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "oci/json_writer.h"

namespace runtime {

namespace {

// One row per kind: its name and place in the config, and the status in the state it is given.
struct Kind {
  HookPoint point;
  const char* name;
  std::vector<oci::Hook> oci::Hooks::*hooks;
  oci::Status status;
};
constexpr Kind kKinds[] = {
    {HookPoint::Prestart, "prestart", &oci::Hooks::prestart, oci::Status::Creating},
    {HookPoint::CreateRuntime, "createRuntime", &oci::Hooks::create_runtime, oci::Status::Creating},
    {HookPoint::CreateContainer, "createContainer", &oci::Hooks::create_container,
     oci::Status::Creating},
    {HookPoint::StartContainer, "startContainer", &oci::Hooks::start_container,
     oci::Status::Created},
    {HookPoint::Poststart, "poststart", &oci::Hooks::poststart, oci::Status::Running},
    {HookPoint::Poststop, "poststop", &oci::Hooks::poststop, oci::Status::Stopped},
};

const Kind& kind_of(HookPoint point) { return kKinds[static_cast<std::size_t>(point)]; }

}  // namespace

const std::vector<oci::Hook>& hooks_at(HookPoint point, const oci::Hooks& hooks) {
  return hooks.*kind_of(point).hooks;
}

std::vector<std::string> hook_names() {
  std::vector<std::string> names;
  for (const Kind& kind : kKinds) names.emplace_back(kind.name);
  return names;
}

void run_hooks(HookPoint point, const oci::Hooks& hooks, oci::State state,
               const HookSurroundings& surroundings) {
  const std::vector<oci::Hook>& list = hooks_at(point, hooks);
  if (list.empty()) return;
  const Kind& kind = kind_of(point);
  state.status = kind.status;
  const std::string document = oci::write_json(state);
  for (std::size_t i = 0; i < list.size(); ++i) {
    const base::Context running{
        [&] { return base::cat("hook ", kind.name, "[", i, "] ", list[i].path); }};
    const std::string problem = run_hook(list[i], document, surroundings);
    if (problem.empty()) continue;
    const base::Error error(problem);
    if (point != HookPoint::Poststop) throw error;
    base::log::warning(error.text());
  }
}

}  // namespace runtime
