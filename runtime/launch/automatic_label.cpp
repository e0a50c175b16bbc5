#include "runtime/launch/automatic_label.h"

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "oci/annotations.h"
#include "oci/json_pointer.h"
#include "runtime/security/container_contexts.h"
#include "runtime/security/selinux.h"

namespace runtime {

using base::cat;
using base::Error;

namespace {

std::string pointer() {
  return cat("config.json: ",
             oci::member_pointer("/annotations", std::string(oci::annotation::selinux)));
}

std::optional<std::uint32_t> parse_category(std::string_view text) {
  if (!text.starts_with('c')) return std::nullopt;
  return base::parse_int<std::uint32_t>(text.substr(1));
}

// The config's own, or the policy's.
void choose_base(std::string& label, const std::string& of_policy, const char* member) {
  if (label.empty()) label = of_policy;
  const auto context = security::parse_context(label);
  if (!context || context->range.find_first_of(":-") == std::string::npos) return;
  throw Error(cat(member, " ", base::quoted(label), " has categories of its own"));
}

// Of every process that we can see, whoever runs it.
std::vector<CategorySet> categories_in_use() {
  std::vector<CategorySet> found;
  const base::OwnedFd proc = sys::openat(base::BorrowedFd::cwd(), "/proc", O_RDONLY | O_DIRECTORY);
  for (const std::string& name : sys::list_directory(proc)) {
    if (!base::parse_int<pid_t>(name)) continue;
    const auto label = sys::try_read_file(proc, cat(name, "/attr/current").c_str());
    const auto context = security::parse_context(label.bytes);
    if (!context) continue;
    const auto dash = context->range.find('-');
    const auto set = security::categories_of(
        dash == std::string::npos ? context->range : context->range.substr(dash + 1));
    if (set && !set->empty()) found.push_back(*set);
  }
  return found;
}

}  // namespace

CategoryRange parse_category_range(std::string_view value) {
  constexpr std::string_view kAuto = "auto";
  if (value == kAuto) return {};
  if (value.starts_with("auto:")) {
    const auto ends = base::split(value.substr(kAuto.size() + 1), '.');
    const auto first = parse_category(ends.front());
    const auto last = parse_category(ends.back());
    if (ends.size() == 2 && first && last && *first < *last) return {*first, *last};
  }
  throw Error(cat(base::quoted(value), " is not auto or auto:cFIRST.cLAST"));
}

std::optional<CategoryRange> add_automatic_label(oci::Config& config) {
  const std::string* value = oci::find(config.annotations, oci::annotation::selinux);
  if (value == nullptr || !config.linux || !config.process) return std::nullopt;
  const base::Context adding{[] { return pointer(); }};
  const CategoryRange range = parse_category_range(*value);
  const security::ContainerContexts contexts = security::read_container_contexts();
  choose_base(config.process->selinux_label, contexts.process, "/process/selinuxLabel");
  choose_base(config.linux->mount_label, contexts.file, "/linux/mountLabel");
  return range;
}

void take_automatic_label(const CategoryRange& range, const StateDir& container,
                          oci::Config& config) {
  const base::Context taking{[] { return pointer(); }};
  const CategoryPair pair = lease_categories(range, categories_in_use(), container);
  for (std::string* label : {&config.process->selinux_label, &config.linux->mount_label}) {
    *label = security::with_categories(*label, {pair.low, pair.high});
    // Of categories the policy may have fewer.
    security::check_context(*label);
  }
}

}  // namespace runtime
