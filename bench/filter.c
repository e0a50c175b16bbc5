// Prints the seccomp filters of a process as they were given to the kernel, each instruction as a
// row for a table of struct sock_filter. The floor program so loads the very filter that the
// runtime has made.
//
// usage: filter PID
#define _GNU_SOURCE
#include <linux/filter.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

static struct sock_filter filter[BPF_MAXINSNS];

int main(int count, char** words) {
  if (count != 2) {
    fputs("usage: filter PID\n", stderr);
    return 2;
  }
  const pid_t pid = atoi(words[1]);
  int status;
  if (ptrace(PTRACE_SEIZE, pid, 0, 0) != 0 || ptrace(PTRACE_INTERRUPT, pid, 0, 0) != 0 ||
      waitpid(pid, &status, __WALL) != pid) {
    perror("filter: ptrace");
    return 1;
  }
  const long length = ptrace(PTRACE_SECCOMP_GET_FILTER, pid, 0, filter);
  if (length < 0) perror("filter: PTRACE_SECCOMP_GET_FILTER");
  for (long i = 0; i < length; ++i) {
    printf("{%u, %u, %u, %uU},\n", filter[i].code, filter[i].jt, filter[i].jf, filter[i].k);
  }
  ptrace(PTRACE_DETACH, pid, 0, 0);
  return length < 0 ? 1 : 0;
}
