#include "runtime/launch/capabilities.h"

#include "base/log.h"

namespace runtime {

security::CapabilitySets resolve_capabilities(const oci::Process& process, bool in_user_namespace,
                                              Warnings warnings) {
  const auto grant = in_user_namespace ? security::Grant::UserNamespace : security::Grant::OfCaller;
  std::vector<std::string> texts;
  auto sets = security::resolve(process.capabilities.value_or(oci::Capabilities{}), &texts, grant);
  if (warnings == Warnings::Given) base::log::warnings(texts);
  return sets;
}

}  // namespace runtime
