// The container's half of its interfaces: run by init, in its network namespace.
#pragma once

#include "runtime/network/plan.h"

namespace runtime::network {

// Sets them up, with their addresses and routes.
void configure(const Plan& plan);

}  // namespace runtime::network
