// What the words of an interface have to mean together. Pure; they throw the reason.
#pragma once

#include <vector>

#include "runtime/network/interface.h"

namespace runtime::network {

void check_interface(const Interface& interface);

// With the container's interfaces before it.
void check_together(const Interface& interface, const std::vector<Interface>& others);

}  // namespace runtime::network
