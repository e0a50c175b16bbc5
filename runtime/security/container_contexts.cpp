#include "runtime/security/container_contexts.h"

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "runtime/security/selinux.h"

namespace runtime::security {

using base::BorrowedFd;
using base::cat;
using base::Error;

namespace {

constexpr const char* kConfig = "/etc/selinux/config";

std::string needed_value(const std::string& file, const std::string& text, const char* key) {
  std::string value = value_of(text, key);
  if (value.empty()) throw Error(cat(file, ": there is no ", base::quoted(key)));
  return value;
}

}  // namespace

ContainerContexts read_container_contexts() {
  if (!is_selinux_enabled()) throw Error("SELinux is not enabled");
  const std::string type =
      needed_value(kConfig, sys::read_file(BorrowedFd::cwd(), kConfig), "SELINUXTYPE");
  const std::string file = cat("/etc/selinux/", type, "/contexts/lxc_contexts");
  const std::string text = sys::read_file(BorrowedFd::cwd(), file.c_str());
  return {needed_value(file, text, "process"), needed_value(file, text, "file")};
}

std::string value_of(std::string_view text, std::string_view key) {
  for (const std::string_view line : base::split(text, '\n')) {
    const auto equals = line.find('=');
    if (equals == std::string_view::npos || base::stripped(line.substr(0, equals), " \t") != key)
      continue;
    return std::string(base::stripped(line.substr(equals + 1), " \t\r\""));
  }
  return "";
}

std::string with_categories(const std::string& context,
                            const std::vector<std::uint32_t>& categories) {
  auto parsed = parse_context(context);
  if (!parsed) return context;
  const std::string sensitivity = parsed->range.substr(0, parsed->range.find_first_of(":-"));
  parsed->range = sensitivity.empty() ? "s0" : sensitivity;
  for (std::size_t at = 0; at < categories.size(); ++at) {
    parsed->range += cat(at == 0 ? ":c" : ",c", categories[at]);
  }
  return parsed->text();
}

}  // namespace runtime::security
