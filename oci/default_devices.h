// The devices that every container has: config-linux.md#default-devices.
#pragma once

#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace oci {

// A character device below /dev.
struct DefaultDevice {
  const char* name;
  unsigned major;
  unsigned minor;
  const char* what;
  dev_t number() const { return makedev(major, minor); }
};

inline constexpr DefaultDevice null_device = {"null", 1, 3, "the null device"};
inline constexpr DefaultDevice default_devices[] = {
    null_device,
    {"zero", 1, 5, "the zero device"},
    {"full", 1, 7, "the full device"},
    {"random", 1, 8, "the random device"},
    {"urandom", 1, 9, "the urandom device"},
    {"tty", 5, 0, "the terminal device"},
};

// By type and number, as stat(2) has them: a pipe and a plain file have device number 0, too.
inline bool is_null_device(mode_t mode, dev_t number) {
  return S_ISCHR(mode) && number == null_device.number();
}

}  // namespace oci
