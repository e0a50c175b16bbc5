// The rules of `linux.devices` (config-linux.md#devices).
#include <algorithm>

#include "base/text.h"
#include "oci/rules.h"

namespace oci {

namespace {

constexpr std::uint32_t kMostMode = 0177777;  // the type's bits may be there; Go writes them

void check_device_path(const Device& device, const std::string& at, Problems& problems) {
  check_absolute(device.path, at, problems);
  if (!device.path.starts_with('/')) return;
  const std::string shown = base::quoted(device.path);
  if (has_dot_dot(device.path)) {
    problems.add(at, base::cat(shown, " has a .. in it"));
  } else if (is_root(device.path)) {
    problems.add(at, base::cat(shown, " is the container's root"));
  } else if (!device.path.starts_with("/dev/")) {
    problems.warn(at, base::cat(shown, " is outside /dev"));
  }
}

void check_number(const std::optional<std::int64_t>& number, std::int64_t most,
                  const std::string& at, Problems& problems) {
  if (!number) {
    problems.add(at, "missing");
  } else if (*number < 0 || *number > most) {
    problems.add(at, base::cat(*number, " is out of range (0 to ", most, ")"));
  }
}

void check_owner(const std::optional<std::uint32_t>& id, const std::string& at,
                 Problems& problems) {
  if (id == reserved_id) problems.add(at, base::cat(*id, " is reserved"));
}

void check_device(const Device& device, const std::string& at, Problems& problems) {
  check_device_path(device, at + "/path", problems);
  if (device.type != DeviceType::Fifo) {
    check_number(device.major, kMostMajor, at + "/major", problems);
    check_number(device.minor, kMostMinor, at + "/minor", problems);
  }
  if (device.file_mode && *device.file_mode > kMostMode) {
    problems.add(at + "/fileMode",
                 base::cat(*device.file_mode, " is out of range (0 to ", kMostMode, ")"));
  }
  check_owner(device.uid, at + "/uid", problems);
  check_owner(device.gid, at + "/gid", problems);
}

// The same device twice is what Docker makes of "--device /dev/net --device /dev/net/tun".
bool contradict(const Device* a, const Device* b) {
  if (a->path != b->path) return false;
  const bool same_numbers = a->major == b->major && a->minor == b->minor;
  return a->type != b->type || (a->type != DeviceType::Fifo && !same_numbers);
}

}  // namespace

void check_devices(const std::vector<Device>& devices, Problems& problems) {
  std::vector<const Device*> by_path;
  for (std::size_t i = 0; i < devices.size(); ++i) {
    const std::string at = base::cat("/linux/devices/", i);
    check_device(devices[i], at, problems);
    by_path.push_back(&devices[i]);
  }
  std::sort(by_path.begin(), by_path.end(),
            [](const Device* a, const Device* b) { return a->path < b->path; });
  const auto clash = std::adjacent_find(by_path.begin(), by_path.end(), contradict);
  if (clash != by_path.end()) {
    problems.add("/linux/devices",
                 base::cat("two entries make different things of ", base::quoted((*clash)->path)));
  }
}

}  // namespace oci
