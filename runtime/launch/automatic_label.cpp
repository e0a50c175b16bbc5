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

constexpr const char* kHostSetting = "/etc/runtime/selinux";

std::string label_pointer() { return oci::place_of_annotation(oci::annotation::selinux); }

// The config's own, or the policy's.
void choose_base(std::string& label, const std::string& of_policy, const char* member) {
  if (label.empty()) label = of_policy;
  const auto context = security::parse_context(label);
  if (!context || context->range.find_first_of(":-") == std::string::npos) return;
  throw Error(cat(member, " ", base::quoted(label), " has categories of its own"));
}

std::optional<AutomaticLabel> wanted_by_config(const oci::Config& config) {
  const std::string* value = oci::find(config.annotations, oci::annotation::selinux);
  if (value == nullptr) return std::nullopt;
  const base::Context reading{[] { return label_pointer(); }};
  const auto range = parse_automatic_label(*value);
  return range ? std::optional(AutomaticLabel{*range, label_pointer()}) : std::nullopt;
}

bool leaves_it_to_host(const oci::Config& config) {
  return oci::find(config.annotations, oci::annotation::selinux) == nullptr &&
         config.process->selinux_label.empty() && config.linux->mount_label.empty();
}

// One open of what isn't there, on most hosts.
std::optional<AutomaticLabel> wanted_by_host() {
  constexpr std::size_t kLargest = 4096;
  const base::Context reading{[] { return kHostSetting; }};
  const auto file =
      sys::open_if_exists(base::BorrowedFd::cwd(), kHostSetting, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!file || !security::is_selinux_enabled()) return std::nullopt;
  const auto range = parse_host_setting(base::read_all(*file, kLargest));
  return range ? std::optional(AutomaticLabel{*range, kHostSetting}) : std::nullopt;
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
    const auto set = security::categories_of(security::high_of(context->range));
    if (set && !set->empty()) found.push_back(*set);
  }
  return found;
}

}  // namespace

std::optional<CategoryRange> parse_automatic_label(std::string_view value) {
  constexpr std::string_view kAuto = "auto";
  if (value == "none") return std::nullopt;
  if (value == kAuto) return CategoryRange{};
  if (value.starts_with("auto:")) {
    const auto ends = base::split(value.substr(kAuto.size() + 1), '.');
    const auto first = security::parse_category(ends.front());
    const auto last = security::parse_category(ends.back());
    if (ends.size() == 2 && first && last && *first < *last) {
      return CategoryRange{*first, *last};
    }
  }
  throw Error(cat(base::quoted(value), " is none of auto, auto:cFIRST.cLAST, none"));
}

std::optional<CategoryRange> parse_host_setting(std::string_view text) {
  std::optional<CategoryRange> setting;
  std::size_t given = 0;
  std::size_t number = 0;
  for (const std::string_view line : base::split(text, '\n')) {
    ++number;
    const base::Context reading{[&] { return cat("line ", number); }};
    const std::string_view value = base::stripped(line, " \t\r");
    if (value.empty() || value.starts_with('#')) continue;
    if (given != 0) throw Error(cat(base::quoted(value), " is one too many after line ", given));
    given = number;
    setting = parse_automatic_label(value);
  }
  return setting;
}

std::optional<AutomaticLabel> add_automatic_label(oci::Config& config, const Caller& caller) {
  if (!config.linux || !config.process) return std::nullopt;
  auto label = wanted_by_config(config);
  if (!label && leaves_it_to_host(config) && !caller.is_rootless()) label = wanted_by_host();
  if (!label) return std::nullopt;
  const base::Context adding{[&] { return label->origin; }};
  const security::ContainerContexts contexts = security::read_container_contexts();
  choose_base(config.process->selinux_label, contexts.process, "/process/selinuxLabel");
  choose_base(config.linux->mount_label, contexts.file, "/linux/mountLabel");
  return label;
}

void take_automatic_label(const AutomaticLabel& label, const StateDir& container,
                          oci::Config& config) {
  const base::Context taking{[&] { return label.origin; }};
  const CategoryPair pair = lease_categories(label.range, categories_in_use(), container);
  for (std::string* context : {&config.process->selinux_label, &config.linux->mount_label}) {
    *context = security::with_categories(*context, {pair.low, pair.high});
    // Of categories the policy may have fewer.
    security::check_context(*context);
  }
}

}  // namespace runtime
