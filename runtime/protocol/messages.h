// What parent (P, the command) and init (I, the child that becomes the payload) say to each other.
// A joiner (J) stands between them where namespaces are joined that only a child can be put into.
//
//   message        direction   carries            when
//   HostReady      P -> J/I    -                  with a new user namespace, to its first process:
//                                                 the ids are mapped; to init with a joiner
//   Spawned        J -> P      init's pidfd       only with a joiner (J), which ends with it
//   RoomMade       P -> J      -                  only with `exec`, the answer to a Spawned that
//                                                 carries nothing, since no more processes are
//                                                 allowed where J is: J is elsewhere now
//   NetworkReady   P -> I      -                  only with interfaces by annotation or netDevices:
//                                                 they are in I's namespace
//   MountsReady    I -> P      -                  only with hooks before the pivot: all is mounted
//   HooksDone      P -> I      -                  the answer: those hooks have run
//   Filter         P -> I      a program          only with linux.seccomp: compiled while I sets up
//   ConsoleMaster  I -> P      the pty's master   only with a terminal in the foreground
//   SeccompListener I -> P     its number         only with a profile that notifies, in place of
//                                                 Ready: the next thing I does is to load the
//                                                 filter, and its listener will be that descriptor
//                                                 of I's
//   Ready          I -> P      -                  everything but the program itself is there
//   AwaitStart     P -> I      -                  `create`: recorded; wait at the start gate
//   Start          P/S -> I    -                  exec now (P: `run`; S: `start`, at the gate)
//   ExecFailure    I -> P/S    errno, program     after Start: execve failed; I ends
//   Fault          any -> P/S  errno, text        instead of any of the others; the sender ends
//   CallFailure    I -> P/S    errno, text        likewise, of who can't put the errno into words
//   Finish         P -> R      -                  that is enough
//   Recorded       R -> P      a file in memory   the answer; or before, all processes have ended
//   Locked         L -> P      a tree of mounts   once for each that was opened for I
//
// With `exec` J is who enters the container, prepares everything and clones I, the program to be;
// it is J that is sent the Filter and sends the ConsoleMaster, and Spawned comes last. Start is
// said only after a SeccompListener, where P has scheduling to set, and where I isn't in the
// container's cgroup yet.
//
// R is the recorder of `seccomp record`, another child, on a channel of its own; its first word is
// Ready, too: it follows init, which may be started. L (launch/mount_locks.h) has one, too.
//
// One packet each over a SOCK_SEQPACKET pair. Both sides hold the same plan, so both know what
// comes next; anything else is an error. Silence has a meaning, too: an end of file from P sends I
// away, so that a killed command leaves no process, and an end of file after Start tells that the
// execve succeeded, since it closed the socket.
#pragma once

#include <cstdint>

namespace runtime {

enum class MessageTag : std::uint32_t {
  HostReady = 1,
  Spawned,
  NetworkReady,
  MountsReady,
  HooksDone,
  Filter,
  ConsoleMaster,
  SeccompListener,
  Ready,
  AwaitStart,
  Start,
  ExecFailure,
  Fault,
  CallFailure,
  Finish,
  Recorded,
  RoomMade,
  Locked
};

struct HostReady {
  static constexpr MessageTag tag = MessageTag::HostReady;
  static constexpr const char* name = "HostReady";
};

struct Spawned {
  static constexpr MessageTag tag = MessageTag::Spawned;
  static constexpr const char* name = "Spawned";
};

struct RoomMade {
  static constexpr MessageTag tag = MessageTag::RoomMade;
  static constexpr const char* name = "RoomMade";
};

struct NetworkReady {
  static constexpr MessageTag tag = MessageTag::NetworkReady;
  static constexpr const char* name = "NetworkReady";
};

struct MountsReady {
  static constexpr MessageTag tag = MessageTag::MountsReady;
  static constexpr const char* name = "MountsReady";
};

struct HooksDone {
  static constexpr MessageTag tag = MessageTag::HooksDone;
  static constexpr const char* name = "HooksDone";
};

struct Filter {
  static constexpr MessageTag tag = MessageTag::Filter;
  static constexpr const char* name = "Filter";
};

struct ConsoleMaster {
  static constexpr MessageTag tag = MessageTag::ConsoleMaster;
  static constexpr const char* name = "ConsoleMaster";
};

struct SeccompListener {
  static constexpr MessageTag tag = MessageTag::SeccompListener;
  static constexpr const char* name = "SeccompListener";
};

struct Ready {
  static constexpr MessageTag tag = MessageTag::Ready;
  static constexpr const char* name = "Ready";
};

struct AwaitStart {
  static constexpr MessageTag tag = MessageTag::AwaitStart;
  static constexpr const char* name = "AwaitStart";
};

struct Start {
  static constexpr MessageTag tag = MessageTag::Start;
  static constexpr const char* name = "Start";
};

struct Finish {
  static constexpr MessageTag tag = MessageTag::Finish;
  static constexpr const char* name = "Finish";
};

struct Recorded {
  static constexpr MessageTag tag = MessageTag::Recorded;
  static constexpr const char* name = "Recorded";
};

struct Locked {
  static constexpr MessageTag tag = MessageTag::Locked;
  static constexpr const char* name = "Locked";
};

}  // namespace runtime
