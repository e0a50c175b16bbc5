// call-matrix [MOST]: which verdict the seccomp filter it runs under has for every system call from
// 0 to MOST (480), by each way to make one; a line "ARCH NUMBER VERDICT" for each, of "allowed",
// "errno N", "SIGSYS" or "killed".
//
// No call takes effect: to the filter there is, which has the last word as long as it has one, a
// child adds one of its own that hands what is allowed to us, its tracer, and we skip it. So that a
// call that is allowed can't be taken for one that is denied, whatever it would do.
//
// A test tool, static, because containers have no libraries.
#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <string>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "raw_call.h"

namespace {

using raw_call::Abi;

// In the fifth argument: which calls are probes and not the child's own.
constexpr long kProbe = 0x5eccc0;
constexpr long kAllowed = 0x600d;
constexpr long kTrapped = 0x7249;
constexpr unsigned kDeadline = 60;

struct Way {
  const char* name;
  Abi abi;
};
constexpr std::array<Way, 3> kWays{
    {{"x86_64", Abi::X86_64}, {"x86", Abi::I386}, {"x32", Abi::X32}}};

// What the child has found out, shared with it.
struct Shared {
  std::size_t next;  // the probe it is about to make
  std::array<long, 3 * 1024> results;
};

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "call-matrix: %s: %s\n", what, std::strerror(errno));
  std::exit(1);
}

void check(long result, const char* what) {
  if (result < 0) fail(what);
}

// SIGSYS comes when the call is done, with nothing in its result to tell by.
volatile sig_atomic_t trapped;
void note_trap(int /*signal*/) {
  trapped = 1;
  // The mark is still in the register of the fifth argument, and the return from here is a call.
  asm volatile("xor %%r8d, %%r8d" ::: "r8");
}

void add_filter() {
  const std::array<sock_filter, 4> code{{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args) + 4 * sizeof(__u64)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kProbe, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  }};
  const sock_fprog program{code.size(), const_cast<sock_filter*>(code.data())};
  check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "PR_SET_NO_NEW_PRIVS");
  check(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program), "seccomp");
}

[[noreturn]] void probe(Shared& shared, std::size_t numbers) {
  std::signal(SIGSYS, note_trap);
  add_filter();
  check(ptrace(PTRACE_TRACEME, 0, nullptr, nullptr), "PTRACE_TRACEME");
  raise(SIGSTOP);
  for (; shared.next < kWays.size() * numbers; ++shared.next) {
    const Abi abi = kWays[shared.next / numbers].abi;
    const auto number = static_cast<long>(shared.next % numbers);
    trapped = 0;
    const long result = raw_call::make(abi, number, {0, 0, 0, 0, kProbe});
    shared.results[shared.next] = trapped != 0 ? kTrapped : result;
  }
  _exit(0);
}

void skip_call(pid_t child) {
  check(ptrace(PTRACE_POKEUSER, child, offsetof(user_regs_struct, orig_rax), -1L), "orig_rax");
  check(ptrace(PTRACE_POKEUSER, child, offsetof(user_regs_struct, rax), kAllowed), "rax");
}

// What to go on with after a stop: a trap is for its handler. Where no filter is asked about
// uretprobe, that one is SIGILL, which is left out.
int signal_after(int status, pid_t child) {
  if (status >> 8 == (SIGTRAP | (PTRACE_EVENT_SECCOMP << 8))) {
    skip_call(child);
    return 0;
  }
  return WSTOPSIG(status) == SIGILL ? 0 : WSTOPSIG(status);
}

// Until the child has ended; whether by a probe.
bool attend(pid_t child) {
  for (;;) {
    int status = 0;
    check(waitpid(child, &status, 0), "waitpid");
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return false;
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS) return true;
    if (!WIFSTOPPED(status)) {
      std::fprintf(stderr, "call-matrix: the child ended with %#x\n", status);
      std::exit(1);
    }
    const long signal = signal_after(status, child);
    check(ptrace(PTRACE_CONT, child, nullptr, signal), "PTRACE_CONT");
  }
}

// A child makes probes until it has made all, or one of them kills it.
void run_child(Shared& shared, std::size_t numbers) {
  const pid_t child = fork();
  check(child, "fork");
  if (child == 0) probe(shared, numbers);
  int status = 0;
  check(waitpid(child, &status, 0), "waitpid");
  if (!WIFSTOPPED(status)) std::exit(1);
  check(ptrace(PTRACE_SETOPTIONS, child, nullptr, PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL),
        "PTRACE_SETOPTIONS");
  check(ptrace(PTRACE_CONT, child, nullptr, nullptr), "PTRACE_CONT");
  if (!attend(child)) return;
  shared.results[shared.next++] = 0;
}

std::string verdict_of(long result) {
  if (result == kAllowed) return "allowed";
  if (result == kTrapped) return "SIGSYS";
  if (result == 0) return "killed";
  return "errno " + std::to_string(-result);
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t numbers = (argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 480) + 1;
  auto* shared = static_cast<Shared*>(
      mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  if (shared == MAP_FAILED || kWays.size() * numbers > shared->results.size()) fail("mmap");
  // The first process of a pid namespace ends by a signal only if it has a handler for it.
  std::signal(SIGALRM, [](int) { _exit(1); });
  alarm(kDeadline);
  while (shared->next < kWays.size() * numbers) run_child(*shared, numbers);
  for (std::size_t i = 0; i < kWays.size() * numbers; ++i) {
    std::printf("%s %zu %s\n", kWays[i / numbers].name, i % numbers,
                verdict_of(shared->results[i]).c_str());
  }
  return 0;
}
