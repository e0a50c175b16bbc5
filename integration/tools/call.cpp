// call [OPTION…] CALL…: makes system calls and prints for each, one a line, the value or the name
// of the errno. A call is [i386:|x32:]NUMBER[,ARGUMENT…], of up to six arguments.
//
//   --thread   makes them in a second thread; "the thread is gone" if that ends before all are made
//   --handle   prints "SIGSYS NUMBER" when a call is answered by that signal
//
// A test tool, static, because containers have no libraries; it needs few other system calls.
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <pthread.h>
#include <string>
#include <string_view>
#include <unistd.h>

#include "raw_call.h"

namespace {

using raw_call::Abi;

char** calls;
bool all_made;

void print(std::string text) {
  text += '\n';
  if (write(STDOUT_FILENO, text.data(), text.size()) < 0) _exit(1);
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// Decimal, or hexadecimal with 0x; a number of 64 bits, or below 0.
long number_of(std::string_view text) {
  const std::string copy(text);
  return copy.starts_with('-') ? std::strtol(copy.c_str(), nullptr, 0)
                               : static_cast<long>(std::strtoul(copy.c_str(), nullptr, 0));
}

std::string_view take_field(std::string_view& text) {
  const auto comma = text.find(',');
  const std::string_view field = text.substr(0, comma);
  text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  return field;
}

long make(std::string_view text) {
  Abi abi = Abi::X86_64;
  if (take_prefix(text, "i386:")) abi = Abi::I386;
  if (take_prefix(text, "x32:")) abi = Abi::X32;
  const long number = number_of(take_field(text));
  raw_call::Arguments arguments{};
  for (long& argument : arguments) argument = number_of(take_field(text));
  return raw_call::make(abi, number, arguments);
}

void make_all() {
  for (char** call = calls; *call != nullptr; ++call) {
    const long result = make(*call);
    const char* name = result < 0 ? strerrorname_np(static_cast<int>(-result)) : nullptr;
    print(name != nullptr ? name : std::to_string(result));
  }
  all_made = true;
}

void* thread(void* /*unused*/) {
  make_all();
  return nullptr;
}

void make_in_thread() {
  pthread_t id{};
  if (pthread_create(&id, nullptr, thread, nullptr) != 0) {
    print("no thread");
    _exit(1);
  }
  pthread_join(id, nullptr);
  if (!all_made) print("the thread is gone");
}

void handle(int /*signal*/, siginfo_t* info, void* /*context*/) {
  print("SIGSYS " + std::to_string(info->si_syscall));
  _exit(0);
}

void handle_signal() {
  struct sigaction action {};
  action.sa_sigaction = handle;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGSYS, &action, nullptr);
}

}  // namespace

int main(int /*argc*/, char** argv) {
  bool in_thread = false;
  for (calls = argv + 1; *calls != nullptr && std::string_view(*calls).starts_with("--"); ++calls) {
    const std::string_view option = *calls;
    if (option == "--thread") in_thread = true;
    if (option == "--handle") handle_signal();
  }
  if (in_thread) {
    make_in_thread();
  } else {
    make_all();
  }
  _exit(0);
}
