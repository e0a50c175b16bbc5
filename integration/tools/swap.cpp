// swap PATH PATH: exchanges them, again and again, until SIGTERM; then prints how often.
//
// A test tool: the attacker who has the runtime find another file than the one it has looked at.
#include <csignal>
#include <cstdio>
#include <fcntl.h>

namespace {

volatile sig_atomic_t ended = 0;

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) return 2;
  struct sigaction action {};
  action.sa_handler = [](int) { ended = 1; };
  sigaction(SIGTERM, &action, nullptr);
  long swaps = 0;
  for (; ended == 0; ++swaps) {
    if (renameat2(AT_FDCWD, arguments[1], AT_FDCWD, arguments[2], RENAME_EXCHANGE) == 0) continue;
    std::perror("swap: renameat2");
    return 1;
  }
  std::printf("%ld\n", swaps);
}
