// The tracer on real processes, each in a process of the test's own, because it reaps whatever
// there is.
#include <algorithm>
#include <atomic>
#include <csignal>
#include <functional>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/process.h"
#include "base/socket.h"
#include "runtime/recorder/tracer.h"
#include "tests/support/forked.h"

namespace runtime::recorder {
namespace {

using Progress = Tracer::Progress;
using test_support::in_child;

// What tracees tell the test, whatever becomes of them.
std::atomic<int>* shared_number() {
  void* page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return static_cast<std::atomic<int>*>(page);
}

// A child that does its work when it is told to.
class Subject {
 public:
  explicit Subject(const std::function<void()>& work) {
    auto [ours, theirs] = sys::socket_pair(sys::SocketType::Packet);
    cloned_ = sys::clone3(0, nullptr);
    if (cloned_.pid == 0) {
      ours.reset();
      sys::receive_message(theirs, 16);
      work();
      sys::leave_child(0);
    }
    gate_ = std::move(ours);
  }
  pid_t pid() const { return cloned_.pid; }
  void begin() { gate_.reset(); }

 private:
  sys::Cloned cloned_;
  base::OwnedFd gate_;
};

// False when that hasn't happened in time.
bool follow_until(Tracer& tracer, const std::function<bool(Progress)>& done) {
  for (int attempt = 0; attempt < 5000; ++attempt) {
    if (done(tracer.handle_events())) return true;
    sys::sleep_ms(1);
  }
  return false;
}

bool follow_to_the_end(Tracer& tracer) {
  return follow_until(tracer, [](Progress progress) { return progress == Progress::NobodyLeft; });
}

bool is_recorded(const Tracer& tracer, const std::string& name) {
  for (const auto& rule : tracer.recording().profile().syscalls) {
    if (std::ranges::find(rule.names, name) != rule.names.end()) return true;
  }
  return false;
}

// The work of a program, from its beginning to its end.
void record(Tracer& tracer, const std::function<void()>& work, Role role = Role::Program) {
  Subject subject(work);
  ASSERT_TRUE(tracer.seize(subject.pid(), role));
  EXPECT_FALSE(tracer.seize(subject.pid(), role)) << "it is followed already";
  subject.begin();
  EXPECT_TRUE(follow_to_the_end(tracer));
  EXPECT_FALSE(tracer.follows(subject.pid()));
}

void* in_thread(void*) {
  syscall(SYS_sched_yield);
  return nullptr;
}

void run_thread(void* (*body)(void*)) {
  pthread_t thread{};
  pthread_create(&thread, nullptr, body, nullptr);
  pthread_join(thread, nullptr);
}

TEST(Tracer, FollowsThreadsChildrenAndPrograms) {
  in_child([] {
    Tracer tracer({});
    record(tracer, [] {
      syscall(SYS_getpgid, 0);
      run_thread(in_thread);
      if (fork() == 0) {
        syscall(SYS_getpriority, 0, 0);
        if (vfork() == 0) execl("/bin/true", "true", nullptr);
        _exit(0);
      }
      wait(nullptr);
    });
    for (const char* name : {"getpgid", "sched_yield", "getpriority", "wait4", "execve", "brk"}) {
      EXPECT_TRUE(is_recorded(tracer, name)) << name;
    }
    EXPECT_FALSE(is_recorded(tracer, "mkdir"));
    EXPECT_EQ(tracer.recorded_processes(), 3U);
  });
}

void* become_true(void*) {
  execl("/bin/true", "true", nullptr);
  return nullptr;
}

// The first thread vanishes, and the other has its number then.
TEST(Tracer, FollowsAnExecOfAnotherThreadThanTheFirst) {
  in_child([] {
    Tracer tracer({});
    record(tracer, [] { run_thread(become_true); });
    EXPECT_TRUE(is_recorded(tracer, "brk"));
    EXPECT_EQ(tracer.recorded_processes(), 1U);
  });
}

// The same when the first thread has ended long before.
TEST(Tracer, FollowsAProcessWhoseFirstThreadHasEnded) {
  in_child([] {
    Tracer tracer({});
    record(tracer, [] {
      pthread_t thread{};
      pthread_create(
          &thread, nullptr, [](void*) { return usleep(20000), become_true(nullptr); }, nullptr);
      syscall(SYS_exit, 0);
    });
    EXPECT_TRUE(is_recorded(tracer, "brk"));
    EXPECT_EQ(tracer.recorded_processes(), 1U);
  });
}

TEST(Tracer, LeavesTheRuntimesOwnCallsOut) {
  in_child([] {
    Tracer tracer({});
    record(
        tracer,
        [] {
          syscall(SYS_getpgid, 0);
          execl("/bin/true", "true", nullptr);
        },
        Role::Setup);
    EXPECT_FALSE(is_recorded(tracer, "getpgid"));
    EXPECT_TRUE(is_recorded(tracer, "brk"));
    EXPECT_EQ(tracer.recorded_processes(), 1U);
  });
}

TEST(Tracer, RecordsHooksFromTheirExecveOn) {
  in_child([] {
    Tracer tracer({});
    record(
        tracer,
        [] {
          if (fork() == 0) {
            syscall(SYS_getpgid, 0);
            execl("/bin/true", "true", nullptr);
          }
          wait(nullptr);
        },
        Role::Setup);
    EXPECT_FALSE(is_recorded(tracer, "getpgid"));
    EXPECT_FALSE(is_recorded(tracer, "wait4"));
    EXPECT_TRUE(is_recorded(tracer, "brk"));
    EXPECT_EQ(tracer.recorded_processes(), 1U);
  });
}

TEST(Tracer, DeliversSignals) {
  in_child([] {
    static std::atomic<int>* got = shared_number();
    Tracer tracer({});
    record(tracer, [] {
      signal(SIGUSR1, [](int number) { *got = number; });
      raise(SIGUSR1);
    });
    EXPECT_EQ(*got, SIGUSR1);
    EXPECT_TRUE(is_recorded(tracer, "rt_sigreturn"));
  });
}

TEST(Tracer, LeavesTheStoppedStoppedUntilTheyAreContinued) {
  in_child([] {
    std::atomic<int>* step = shared_number();
    Tracer tracer({});
    Subject subject([&] {
      *step = 1;
      raise(SIGSTOP);
      *step = 2;
    });
    ASSERT_TRUE(tracer.seize(subject.pid(), Role::Program));
    subject.begin();
    EXPECT_TRUE(follow_until(tracer, [&](Progress) { return *step == 1; }));
    int rounds = 0;
    follow_until(tracer, [&](Progress) { return *step == 2 || ++rounds == 100; });
    EXPECT_EQ(*step, 1);
    kill(subject.pid(), SIGCONT);
    EXPECT_TRUE(follow_to_the_end(tracer));
    EXPECT_EQ(*step, 2);
  });
}

// The kernel continues that sleep under the name restart_syscall.
TEST(Tracer, RecordsWhatTheProcessIsInTheMidstOf) {
  in_child([] {
    std::atomic<int>* step = shared_number();
    Tracer tracer({});
    Subject subject([&] {
      *step = 1;
      usleep(200000);
    });
    subject.begin();
    while (*step == 0 || sys::process_stat(subject.pid())->state != 'S') sys::sleep_ms(1);
    ASSERT_TRUE(tracer.seize(subject.pid(), Role::Program));
    EXPECT_TRUE(follow_to_the_end(tracer));
    EXPECT_TRUE(is_recorded(tracer, "clock_nanosleep"));
  });
}

TEST(Tracer, TakesAllThreadsOfAProcessThatRuns) {
  in_child([] {
    static std::atomic<int>* stop = shared_number();
    Tracer tracer({});
    Subject subject([] {
      pthread_t threads[8];
      for (pthread_t& each : threads) {
        pthread_create(
            &each, nullptr,
            [](void*) -> void* {
              while (*stop == 0) usleep(1000);
              syscall(SYS_getpgid, 0);
              return nullptr;
            },
            nullptr);
      }
      for (const pthread_t each : threads) pthread_join(each, nullptr);
    });
    subject.begin();
    while (sys::threads_of(subject.pid()).size() < 9) sys::sleep_ms(1);
    ASSERT_TRUE(tracer.seize(subject.pid(), Role::Program));
    for (const pid_t thread : sys::threads_of(subject.pid())) {
      EXPECT_EQ(sys::tracer_of(thread), getpid());
    }
    *stop = 1;
    EXPECT_TRUE(follow_to_the_end(tracer));
    EXPECT_TRUE(is_recorded(tracer, "getpgid"));
    EXPECT_EQ(tracer.recorded_processes(), 1U);
  });
}

TEST(Tracer, SurvivesWhoIsKilledAtAnyMoment) {
  in_child([] {
    for (int moment = 0; moment < 40; ++moment) {
      Tracer tracer({});
      Subject subject([] {
        for (;;) {
          if (fork() == 0) _exit(0);
          run_thread(in_thread);
          wait(nullptr);
        }
      });
      ASSERT_TRUE(tracer.seize(subject.pid(), Role::Program));
      subject.begin();
      for (int round = 0; round < moment; ++round) {
        tracer.handle_events();
        usleep(100);
      }
      kill(subject.pid(), SIGKILL);
      ASSERT_TRUE(follow_to_the_end(tracer)) << moment;
    }
  });
}

// As a program of 32 bits does, which needs no such program to show.
TEST(Tracer, RecordsTheArchitectureOfEachCall) {
  in_child([] {
    Tracer tracer({});
    record(tracer, [] {
      long result = 20;  // getpid
      asm volatile("int $0x80" : "+a"(result) : : "memory");
    });
    const auto architectures = tracer.recording().profile().architectures;
    EXPECT_EQ(architectures, (std::vector{oci::SeccompArch::X86, oci::SeccompArch::X86_64}));
    EXPECT_TRUE(is_recorded(tracer, "getpid"));
    EXPECT_TRUE(is_recorded(tracer, "sigreturn"));
  });
}

TEST(Tracer, LetsAllGoWhenItEnds) {
  std::atomic<int>* step = shared_number();
  std::atomic<int>* traced = shared_number();
  in_child([&] {
    Subject subject([&] {
      *traced = 1;
      for (int i = 0; i < 500; ++i) usleep(1000);
      *step = 1;
    });
    subject.begin();
    while (*traced == 0) sys::sleep_ms(1);
    EXPECT_EQ(test_support::status_of_child([&] {
                Tracer tracer({});
                tracer.seize(subject.pid(), Role::Program);
                for (int i = 0; i < 50; ++i) {
                  tracer.handle_events();
                  sys::sleep_ms(1);
                }
                return raise(SIGKILL);
              }),
              128 + SIGKILL);
    EXPECT_EQ(*step, 0);
    int status = 1;
    EXPECT_EQ(waitpid(subject.pid(), &status, 0), subject.pid());
    EXPECT_EQ(status, 0);
  });
  EXPECT_EQ(*step, 1);
}

}  // namespace
}  // namespace runtime::recorder
