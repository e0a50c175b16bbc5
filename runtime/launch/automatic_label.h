// The annotation dev.runtime.selinux, or the host's setting for containers that say nothing about
// labels: labels with a pair of categories that we choose, so that no two living containers share
// one (docs/decisions/mandatory-access-control.md).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "oci/config.h"
#include "runtime/container/category_pool.h"
#include "runtime/container/state_dir.h"
#include "runtime/launch/caller.h"

namespace runtime {

struct AutomaticLabel {
  CategoryRange range;
  std::string origin;  // who wants it, for messages
};

// If the annotation wants it, or else the host does and the caller is its root, gives the config
// the labels of the policy for containers where it has none of its own, without categories until
// take_automatic_label. Throws when its own have some, or the annotation is there and SELinux is
// off.
std::optional<AutomaticLabel> add_automatic_label(oci::Config& config, const Caller& caller);

// Leases a pair for the container and adds it to both labels.
void take_automatic_label(const AutomaticLabel& label, const StateDir& container,
                          oci::Config& config);

// "auto" or "auto:cFIRST.cLAST", or "none"; throws for anything else. Pure.
std::optional<CategoryRange> parse_automatic_label(std::string_view value);

// The same of a file of the host's: one such line, and empty ones and comments. Throws with the
// line that is wrong. Pure.
std::optional<CategoryRange> parse_host_setting(std::string_view text);

}  // namespace runtime
