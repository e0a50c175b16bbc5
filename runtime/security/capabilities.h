// The five capability sets of a process (config.md#linux-process), by libcap-ng's names and
// numbers. Nothing is ever added to what the configuration asks for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "oci/process.h"

namespace runtime::security {

// One bit per capability number.
struct CapabilitySets {
  std::uint64_t bounding = 0;
  std::uint64_t effective = 0;
  std::uint64_t inheritable = 0;
  std::uint64_t permitted = 0;
  std::uint64_t ambient = 0;
};

// Which capabilities the process can be given.
enum class Grant {
  OfCaller,       // those we have ourselves
  UserNamespace,  // whoever makes or joins one has them all in it
};

// What is to be set. A capability that can't be granted, be it that the caller lacks it or that the
// kernel wants it in another set as well, is left out and said in a warning, as the specification
// wants. So is a name that is unknown, but that oci::validate has warned of.
CapabilitySets resolve(const oci::Capabilities& wanted, std::vector<std::string>* warnings,
                       Grant grant = Grant::OfCaller);
// The same, pure: `grantable` are the capabilities there are to give.
CapabilitySets resolve_from(const oci::Capabilities& wanted, std::uint64_t grantable,
                            std::vector<std::string>* warnings);

// Before the user id changes, because it takes CAP_SETPCAP.
void drop_bounding(const CapabilitySets& sets);

// After the user id has changed with PR_SET_KEEPCAPS: effective, permitted, inheritable, and
// ambient. Reads them back and throws if the kernel has made something else of it.
void apply(const CapabilitySets& sets);

// Those both this kernel and libcap-ng know, by number: "CAP_CHOWN", …
std::vector<std::string> all_names();

}  // namespace runtime::security
