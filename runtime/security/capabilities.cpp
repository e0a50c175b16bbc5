#include "runtime/security/capabilities.h"

#include <algorithm>
#include <cap-ng.h>
#include <optional>
#include <string_view>

#include "base/capabilities.h"
#include "base/error.h"
#include "base/text.h"
#include "oci/capability_names.h"

// libcap-ng serves as the table of names and numbers. Its calls into the kernel we make ourselves:
// they read /proc/<tid>/status several times, in the container's /proc by then, and take the thread
// for the one the library was initialised in, which after a clone it isn't.
//
// Its initialiser would make eight system calls at the start of every command. In a static link it
// comes only with the part of the library that defines this variable of its, the highest
// capability that has a name; so we define it. A dynamic link doesn't see ours.
extern "C" unsigned int last_cap;  // NOLINT: the library's name for it
unsigned int last_cap = 63;

namespace runtime::security {

using base::cat;

namespace {

constexpr std::string_view kPrefix = "CAP_";

constexpr std::uint64_t bit(unsigned capability) { return std::uint64_t{1} << capability; }

// "CAP_CHOWN"; "" if the library has no name for it (it then makes one up: "cap_41").
std::string name_of(unsigned capability) {
  const char* found = capng_capability_to_name(capability);
  if (found == nullptr || capng_name_to_capability(found) != static_cast<int>(capability))
    return "";
  std::string name(kPrefix);
  for (const char* c = found; *c != '\0'; ++c) {
    name += *c >= 'a' && *c <= 'z' ? static_cast<char>(*c - 'a' + 'A') : *c;
  }
  return name;
}

// The specification's names are in capitals, whatever the library would let pass.
std::optional<unsigned> number_of(const std::string& name) {
  if (std::string_view(name).substr(0, kPrefix.size()) != kPrefix) return std::nullopt;
  const bool is_lower = std::any_of(name.begin(), name.end(), [](char c) { return c >= 'a'; });
  const int number = is_lower ? -1 : capng_name_to_capability(name.c_str() + kPrefix.size());
  if (number < 0 || number > 63) return std::nullopt;
  return static_cast<unsigned>(number);
}

// Makes masks of names and says what can't be granted of them, each thing once.
class Resolver {
 public:
  explicit Resolver(std::vector<std::string>* warnings) : warnings_(warnings) {}

  std::uint64_t mask(const std::vector<std::string>& names) {
    std::uint64_t mask = 0;
    for (const std::string& name : names) {
      if (const auto number = number_of(name)) {
        mask |= bit(*number);
      } else if (oci::capability_number(name)) {
        warn(cat("capability ", name, " is not granted: libcap-ng is too old for it"));
      }
      // Any other has had its warning when the config was validated, with its place there.
    }
    return mask;
  }

  void restrict_to(std::uint64_t allowed, std::uint64_t& mask, const char* reason) {
    for (unsigned capability = 0; capability < 64; ++capability) {
      if ((mask & ~allowed & bit(capability)) == 0) continue;
      warn(cat("capability ", name_of(capability), " is not granted: ", reason));
    }
    mask &= allowed;
  }

 private:
  void warn(std::string text) {
    if (warnings_ == nullptr) return;
    const bool is_said = std::find(warnings_->begin(), warnings_->end(), text) != warnings_->end();
    if (!is_said) warnings_->push_back(std::move(text));
  }

  std::vector<std::string>* warnings_;
};

}  // namespace

CapabilitySets resolve(const oci::Capabilities& wanted, std::vector<std::string>* warnings,
                       Grant grant) {
  const std::uint64_t all = ~std::uint64_t{0};
  return resolve_from(wanted, grant == Grant::OfCaller ? sys::capget().permitted : all, warnings);
}

CapabilitySets resolve_from(const oci::Capabilities& wanted, std::uint64_t grantable,
                            std::vector<std::string>* warnings) {
  Resolver resolver(warnings);
  CapabilitySets sets;
  // The bounding set only shrinks, so a name in it that the caller's lacks does no harm.
  sets.bounding = resolver.mask(wanted.bounding);
  sets.permitted = resolver.mask(wanted.permitted);
  sets.effective = resolver.mask(wanted.effective);
  sets.inheritable = resolver.mask(wanted.inheritable);
  sets.ambient = resolver.mask(wanted.ambient);
  constexpr const char* kMissing = "the runtime doesn't have it";
  for (std::uint64_t* mask : {&sets.permitted, &sets.effective, &sets.inheritable, &sets.ambient}) {
    resolver.restrict_to(grantable, *mask, kMissing);
  }
  // What capset and the ambient prctl would refuse; capabilities(7).
  resolver.restrict_to(sets.permitted, sets.effective, "effective, but not permitted");
  resolver.restrict_to(sets.bounding, sets.inheritable, "inheritable, but not in the bounding set");
  // Without a word where none is inheritable: since CVE-2022-24769 engines leave that set empty,
  // and several still fill the ambient one, which then means nothing.
  if (wanted.inheritable.empty()) sets.ambient = 0;
  resolver.restrict_to(sets.permitted & sets.inheritable, sets.ambient,
                       "ambient, but not both permitted and inheritable");
  return sets;
}

void drop_bounding(const CapabilitySets& sets) {
  // Up to where the kernel's end: those too that are younger than the library's table.
  for (unsigned capability = 0; capability < 64; ++capability) {
    if ((sets.bounding & bit(capability)) != 0) continue;
    if (!sys::drop_bounding_capability(capability)) return;
  }
}

void apply(const CapabilitySets& sets) {
  const sys::CapabilityMasks wanted{sets.effective, sets.permitted, sets.inheritable};
  sys::capset(wanted);
  sys::clear_ambient_capabilities();
  for (unsigned capability = 0; capability < 64; ++capability) {
    if ((sets.ambient & bit(capability)) != 0) sys::raise_ambient_capability(capability);
  }
  // The one thing that must not go wrong unnoticed.
  if (!(sys::capget() == wanted)) throw base::Error("the kernel holds other capabilities than set");
}

std::vector<std::string> all_names() {
  std::vector<std::string> names;
  for (unsigned capability = 0; capability < 64; ++capability) {
    if (!sys::has_capability_number(capability)) break;
    std::string name = name_of(capability);
    if (!name.empty()) names.push_back(std::move(name));
  }
  return names;
}

}  // namespace runtime::security
