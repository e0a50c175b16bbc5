#include "runtime/commands/criu_options.h"

namespace runtime {

void store_empty_namespace(void* target, std::string_view value) {
  // The only one that CRIU can leave empty.
  if (value != "network") throw base::Error("network is expected");
  static_cast<CriuOptions*>(target)->choices.empty_network = true;
}

}  // namespace runtime
