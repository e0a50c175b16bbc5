// Properties of a unit as words of a command line, in the manner of busctl(1): NAME SIGNATURE
// VALUE…, where an array begins with the number of its elements.
//
//   MemoryMax t 1048576
//   DeviceAllow a(ss) 2 /dev/null rwm /dev/zero r
#pragma once

#include <span>
#include <systemd/sd-bus.h>

namespace systemd {

// Appends all of them to an open a(sv). Throws when they are not what their signatures say.
void append_properties(sd_bus_message* message, std::span<char* const> words);

}  // namespace systemd
