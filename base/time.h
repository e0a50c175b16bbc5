// The time of day as documents want it.
#pragma once

#include <ctime>
#include <string>

namespace base {

// RFC 3339 in UTC: "2026-01-02T03:04:05.678901Z" with 6 digits, up to 9. Not gmtime_r, which reads
// /etc/localtime, six calls of it.
std::string rfc3339(const timespec& time, int digits);

std::string now_rfc3339(int digits);

}  // namespace base
