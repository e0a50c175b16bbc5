#include "runtime/commands/signal_name.h"

#include <csignal>
#include <cstring>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/text.h"

namespace runtime {

namespace {

// The kernel's, not glibc's, which keeps the first two for itself: inside a container whose libc
// does not, SIGRTMIN+0 is 32.
constexpr int kFirstRealtime = 34;
constexpr int kLastRealtime = 64;

std::string upper_case(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

// What follows RTMIN or RTMAX: nothing, or the sign and a number.
std::optional<int> realtime(std::string_view offset, int base, char sign) {
  if (offset.empty()) return base;
  if (offset.front() != sign) return std::nullopt;
  const auto distance = base::parse_int<unsigned>(offset.substr(1));
  if (!distance || *distance > kLastRealtime - kFirstRealtime) return std::nullopt;
  return sign == '+' ? base + static_cast<int>(*distance) : base - static_cast<int>(*distance);
}

std::optional<int> by_name(std::string_view name) {
  if (name.starts_with("RTMIN")) return realtime(name.substr(5), kFirstRealtime, '+');
  if (name.starts_with("RTMAX")) return realtime(name.substr(5), kLastRealtime, '-');
  for (int signal = 1; signal < kFirstRealtime; ++signal) {
    const char* abbreviation = sigabbrev_np(signal);
    if (abbreviation != nullptr && name == abbreviation) return signal;
  }
  // Other names of three signals.
  if (name == "IOT") return SIGABRT;
  if (name == "CLD") return SIGCHLD;
  if (name == "IO") return SIGIO;
  return std::nullopt;
}

}  // namespace

int parse_signal(std::string_view text) {
  const auto number = base::parse_int<unsigned>(text);
  if (number && *number <= kLastRealtime) return static_cast<int>(*number);
  std::string name = upper_case(text);
  if (name.starts_with("SIG")) name.erase(0, 3);
  const auto signal = by_name(name);
  if (!signal || number) throw base::Error(base::cat("unknown signal ", base::quoted(text)));
  return *signal;
}

}  // namespace runtime
