// Starts a command and prints what it cost, in one line:
//   NANOSECONDS USER-MICROSECONDS SYSTEM-MICROSECONDS FAULTS PEAK-KB STATUS
//
// usage: stopwatch GAP-MICROSECONDS LANES RUNS COMMAND...
//
// In C, and so small, because the peak memory of a child begins with its parent's, and because a
// child shares nothing with a parent that waits in vfork(2). First it waits for the gap, so that
// what the last launch has left in the kernel is over. LANES processes run the command RUNS times
// each, back to back; a "@" in its words is then that run's number. The command's standard input
// and output are /dev/null, and it gets no pipe: a container would keep it open.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_WORDS = 64, MAX_WORD = 512, CANNOT_START = 127 };

extern char** environ;

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static long long microseconds(const struct timeval* time) {
  return time->tv_sec * 1000000LL + time->tv_usec;
}

static int status_of(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int launch(char** words, struct rusage* used) {
  int status;
  const pid_t child = vfork();
  if (child == 0) {
    execve(words[0], words, environ);
    _exit(CANNOT_START);
  }
  while (wait4(child, &status, 0, used) < 0) continue;
  return status_of(status);
}

// The command's words with the number in place of each "@".
static void number(char** words, char** numbered, char (*texts)[MAX_WORD], int run) {
  int i = 0;
  for (; words[i] != NULL && i < MAX_WORDS; ++i) {
    const char* mark = strchr(words[i], '@');
    numbered[i] = words[i];
    if (mark == NULL) continue;
    snprintf(texts[i], MAX_WORD, "%.*s%d%s", (int)(mark - words[i]), words[i], run, mark + 1);
    numbered[i] = texts[i];
  }
  numbered[i] = NULL;
}

static int run_lane(char** words, int lane, int runs) {
  static char* numbered[MAX_WORDS + 1];
  static char texts[MAX_WORDS][MAX_WORD];
  struct rusage used;
  for (int i = 0; i < runs; ++i) {
    number(words, numbered, texts, lane * runs + i);
    const int status = launch(numbered, &used);
    if (status != 0) return status;
  }
  return 0;
}

// Each lane waits for the end of file on `gate`, so that all of them begin at once.
static void start_lanes(char** words, int lanes, int runs, const int gate[2]) {
  for (int lane = 0; lane < lanes; ++lane) {
    if (fork() != 0) continue;
    char nothing;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(gate[1]);
    while (read(gate[0], &nothing, 1) > 0) continue;
    _exit(run_lane(words, lane, runs));
  }
}

static int await_lanes(int lanes) {
  int worst = 0;
  for (int lane = 0; lane < lanes; ++lane) {
    int status;
    while (wait(&status) < 0) continue;
    if (status_of(status) > worst) worst = status_of(status);
  }
  return worst;
}

static long long measure_lanes(char** words, int lanes, int runs, struct rusage* used,
                               int* status) {
  int gate[2];
  if (pipe2(gate, O_CLOEXEC) != 0) exit(CANNOT_START);
  start_lanes(words, lanes, runs, gate);
  const long long begin = now();
  close(gate[1]);
  *status = await_lanes(lanes);
  const long long taken = now() - begin;
  getrusage(RUSAGE_CHILDREN, used);
  return taken;
}

static long long measure_one(char** words, struct rusage* used, int* status) {
  const long long begin = now();
  *status = launch(words, used);
  return now() - begin;
}

// What is printed goes where the standard output has been.
static FILE* take_output(void) {
  const int result = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  const int nowhere = open("/dev/null", O_RDWR);
  if (result < 0 || nowhere < 0) exit(CANNOT_START);
  dup2(nowhere, STDIN_FILENO);
  dup2(nowhere, STDOUT_FILENO);
  close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  return fdopen(result, "w");
}

int main(int count, char** words) {
  if (count < 5 || count - 4 > MAX_WORDS) {
    fputs("usage: stopwatch GAP-MICROSECONDS LANES RUNS COMMAND...\n", stderr);
    return 2;
  }
  const long gap = atol(words[1]);
  const int lanes = atoi(words[2]);
  const int runs = atoi(words[3]);
  FILE* output = take_output();
  struct rusage used;
  int status;
  const struct timespec pause = {gap / 1000000, gap % 1000000 * 1000};
  nanosleep(&pause, NULL);
  const long long taken = lanes * runs == 1 ? measure_one(words + 4, &used, &status)
                                            : measure_lanes(words + 4, lanes, runs, &used, &status);
  fprintf(output, "%lld %lld %lld %ld %ld %d\n", taken, microseconds(&used.ru_utime),
          microseconds(&used.ru_stime), used.ru_minflt, used.ru_maxrss, status);
  return fclose(output) == 0 ? 0 : 1;
}
