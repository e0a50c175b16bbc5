#include "base/time.h"

#include <chrono>

#include "base/text.h"

namespace base {

namespace {

std::string padded(unsigned value, std::size_t width) {
  std::string digits = cat(value);
  return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

}  // namespace

std::string rfc3339(const timespec& time, int digits) {
  using namespace std::chrono;
  const sys_seconds seconds{std::chrono::seconds{time.tv_sec}};
  const sys_days day = floor<days>(seconds);
  const year_month_day date{day};
  const auto of_day = static_cast<unsigned>((seconds - day).count());
  const std::string fraction = padded(static_cast<unsigned>(time.tv_nsec), 9);
  return cat(padded(static_cast<unsigned>(static_cast<int>(date.year())), 4), "-",
             padded(static_cast<unsigned>(date.month()), 2), "-",
             padded(static_cast<unsigned>(date.day()), 2), "T", padded(of_day / 3600, 2), ":",
             padded(of_day / 60 % 60, 2), ":", padded(of_day % 60, 2), ".",
             std::string_view(fraction).substr(0, static_cast<std::size_t>(digits)), "Z");
}

std::string now_rfc3339(int digits) {
  timespec time{};
  clock_gettime(CLOCK_REALTIME, &time);
  return rfc3339(time, digits);
}

}  // namespace base
