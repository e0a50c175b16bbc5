#include "runtime/systemd_unit/address.h"

#include "base/text.h"

namespace systemd {

using base::cat;

namespace {

bool is_plain(char c) {
  constexpr std::string_view kOthers = "-_/.\\*";
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         kOthers.find(c) != std::string_view::npos;
}

// D-Bus specification, "Server Addresses": other bytes are escaped.
std::string unix_address(const std::string& path) {
  std::string address = "unix:path=";
  for (const char c : path) {
    address += is_plain(c) ? std::string(1, c) : cat('%', base::hex(static_cast<unsigned char>(c)));
  }
  return address;
}

std::string value_of(const Environment& environment, const char* name) {
  const char* value = environment(name);
  return value != nullptr ? value : "";
}

}  // namespace

std::string bus_address(Whose whose, const Environment& environment, uid_t uid) {
  const bool is_user = whose == Whose::User;
  const std::string given =
      value_of(environment, is_user ? "DBUS_SESSION_BUS_ADDRESS" : "DBUS_SYSTEM_BUS_ADDRESS");
  if (!given.empty()) return given;
  if (!is_user) return "unix:path=/run/dbus/system_bus_socket";
  const std::string folder = value_of(environment, "XDG_RUNTIME_DIR");
  return unix_address(cat(folder.empty() ? cat("/run/user/", uid) : folder, "/bus"));
}

uid_t outer_uid(std::string_view uid_map, uid_t uid) {
  for (const std::string_view line : base::split(uid_map, '\n')) {
    std::vector<uid_t> numbers;
    for (const std::string_view word : base::split(line, ' ')) {
      if (const auto number = base::parse_int<uid_t>(word)) numbers.push_back(*number);
    }
    if (numbers.size() != 3 || uid < numbers[0] || uid - numbers[0] >= numbers[2]) continue;
    return numbers[1] + (uid - numbers[0]);
  }
  return uid;
}

}  // namespace systemd
