// What the launch will do about namespaces: pure, decided from the config before anything is made.
#pragma once

#include <vector>

#include "oci/config_linux.h"
#include "runtime/init/join.h"
#include "runtime/init/namespace_plan.h"
#include "runtime/launch/caller.h"

namespace runtime {

// `joined` are the namespaces with a path, less those that we are in anyway.
NamespacePlan plan_namespaces(const oci::Linux& config, const std::vector<JoinedNamespace>& joined,
                              const Caller& caller);

}  // namespace runtime
