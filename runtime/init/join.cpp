#include "runtime/init/join.h"

#include <algorithm>

#include "base/error.h"
#include "base/namespace.h"
#include "base/text.h"

namespace runtime {

using oci::NamespaceType;

namespace {

using Pending = std::vector<const JoinedNamespace*>;

void enter(const JoinedNamespace& ns) {
  const base::Context joining{[&] { return base::cat("/linux/namespaces/", ns.index, "/path"); }};
  sys::setns(ns.fd, ns.clone_flag);
}

// Those that take rights we have only in the joined user namespace stay pending.
void enter_permitted(Pending& pending) {
  std::erase_if(pending, [](const JoinedNamespace* ns) {
    if (ns->type == NamespaceType::Mount) return false;  // its turn is the last
    return sys::try_setns(ns->fd, ns->clone_flag) == 0;
  });
}

}  // namespace

void join_namespaces(const std::vector<JoinedNamespace>& namespaces) {
  Pending pending;
  const JoinedNamespace* user = nullptr;
  for (const JoinedNamespace& each : namespaces) {
    if (each.type == NamespaceType::User) {
      user = &each;
    } else {
      pending.push_back(&each);
    }
  }
  if (user != nullptr) {
    enter_permitted(pending);
    enter(*user);
  }
  std::stable_partition(pending.begin(), pending.end(), [](const JoinedNamespace* each) {
    return each->type != NamespaceType::Mount;
  });
  for (const JoinedNamespace* each : pending) enter(*each);
}

}  // namespace runtime
