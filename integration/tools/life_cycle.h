// The sequential model of a container's life that model.cpp judges by: the states, and for each
// outcome of a command the steps in which that command takes a container from state to state.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace life {

// Dying: killed, or being deleted; the kernel takes a while, in which nobody can say what others
// will still see of it.
enum State : std::uint8_t {
  None,
  Reserved,  // the id is taken, nothing else
  Creating,
  Created,
  Running,
  PausedCreated,
  PausedRunning,
  DyingCreated,
  DyingRunning,
  DyingPausedCreated,
  DyingPausedRunning,
  Stopped,
};
constexpr std::size_t kStates = Stopped + 1;

constexpr const char* kNames[kStates] = {
    "none",           "reserved", "creating",      "created",       "running",
    "paused/created", "paused",   "dying/created", "dying/running", "dying/paused/created",
    "dying/paused",   "stopped"};

using States = std::vector<State>;
using Moves = std::vector<std::pair<State, State>>;

// What happens at one moment: from each state to others, or not at all.
class Step {
 public:
  // Nothing changes; it is in one of these states.
  static Step in(const States& states) {
    Step step;
    for (const State state : states) step.next_[state] = {state};
    step.is_look_ = true;
    return step;
  }

  static Step by(const Moves& moves) {
    Step step;
    for (const auto& [from, to] : moves) step.next_[from].push_back(to);
    return step;
  }

  const States& from(State state) const { return next_[state]; }
  bool is_look() const { return is_look_; }

 private:
  std::array<States, kStates> next_{};
  bool is_look_ = false;
};

using Steps = std::vector<Step>;
// Where the same outcome may have come about in more than one way.
using Ways = std::vector<Steps>;

// What nobody asks for at that moment: the end of what has been killed. On the way there it may be
// thawed, since a frozen process can't end, and frozen, since one that forks could escape.
inline const Step& by_itself() {
  static const Step step = Step::by({{DyingCreated, Stopped},
                                     {DyingRunning, Stopped},
                                     {DyingPausedCreated, Stopped},
                                     {DyingPausedRunning, Stopped},
                                     {DyingCreated, DyingPausedCreated},
                                     {DyingRunning, DyingPausedRunning},
                                     {DyingPausedCreated, DyingCreated},
                                     {DyingPausedRunning, DyingRunning}});
  return step;
}

inline const Moves kKilling = {{Created, DyingCreated},
                               {Running, DyingRunning},
                               {PausedCreated, DyingPausedCreated},
                               {PausedRunning, DyingPausedRunning},
                               {DyingCreated, DyingCreated},
                               {DyingRunning, DyingRunning},
                               {DyingPausedCreated, DyingPausedCreated},
                               {DyingPausedRunning, DyingPausedRunning}};
inline const Moves kPausing = {{Created, PausedCreated},
                               {Running, PausedRunning},
                               {DyingCreated, DyingPausedCreated},
                               {DyingRunning, DyingPausedRunning}};
inline const Moves kResuming = {{PausedCreated, Created},
                                {PausedRunning, Running},
                                {DyingPausedCreated, DyingCreated},
                                {DyingPausedRunning, DyingRunning}};
inline const States kSeenCreated = {Created, DyingCreated};
inline const States kSeenRunning = {Running, DyingRunning};
inline const States kSeenPaused = {PausedCreated, PausedRunning, DyingPausedCreated,
                                   DyingPausedRunning};
// Without a record there is nothing that could be alive.
inline const States kSeenStopped = {Stopped, Reserved};
inline const States kDying = {DyingCreated, DyingRunning, DyingPausedCreated, DyingPausedRunning};

inline States both(States some, const States& more) {
  some.insert(some.end(), more.begin(), more.end());
  return some;
}

inline Moves both(Moves some, const Moves& more) {
  some.insert(some.end(), more.begin(), more.end());
  return some;
}

inline const States kEnding = both(kDying, {Stopped, None});
inline const States kActive = both(kSeenCreated, kSeenRunning);
inline const States kAlive = both(kActive, kSeenPaused);

inline States all_but(const States& states) {
  States others;
  for (std::uint8_t each = None; each <= Stopped; ++each) {
    const auto state = static_cast<State>(each);
    if (std::find(states.begin(), states.end(), state) == states.end()) others.push_back(state);
  }
  return others;
}

// By the command, its exit status and what it said, with ID for the id. What isn't here is no
// outcome that a command may have.
using Outcomes = std::map<std::string, Ways>;

inline void add_births_and_deaths(Outcomes& all) {
  const std::string gone = R"(container "ID" does not exist)";
  const Step reserve = Step::by({{None, Reserved}});
  all["create 0 "] = {{reserve, Step::by({{Reserved, Creating}}), Step::by({{Creating, Created}})}};
  // The second way: somebody has deleted it before it was more than a name, and made another. The
  // third: what it has made has become the container of a create to whom that had happened.
  all[R"(create 1 container with given ID already exists: "ID")"] = {
      {Step::in(all_but({None}))},
      {reserve, Step::in({None}), Step::in(all_but({None}))},
      {reserve, Step::in(all_but({None, Reserved}))}};
  all[R"(create 1 container "ID" was deleted while it was being created)"] = {
      {reserve, Step::in({None})}};

  const Step killed = Step::by(both(kKilling, {{Stopped, Stopped}, {Reserved, Stopped}}));
  const Step unforced = Step::by({{Created, DyingCreated},
                                  {DyingCreated, DyingCreated},
                                  {Stopped, Stopped},
                                  {Reserved, Stopped}});
  const std::string not_stopped = "cannot delete container ID that is not stopped: ";
  all["delete 1 " + not_stopped + "running"] = {{Step::in(kSeenRunning)}};
  all["delete 1 " + not_stopped + "paused"] = {{Step::in(kSeenPaused)}};
  const Step remove = Step::by({{Stopped, None}});
  all["delete 0 "] = {{unforced, remove}};
  all["delete --force 0 "] = {{killed, remove}, {Step::in({None})}};
  for (const char* command :
       {"start", "kill", "touch", "pause", "resume", "delete", "delete --force", "state"}) {
    all[std::string(command) + " 1 " + gone] = {{Step::in({None})}};
  }
  for (const char* command : {"exec", "exec --detach"}) {
    all[std::string(command) + " 255 " + gone] = {{Step::in({None})}};
  }
}

inline void add_changes(Outcomes& all) {
  all["start 0 "] = {{Step::by({{Created, Running}, {DyingCreated, DyingRunning}})}};
  all["start 1 cannot start a container that has stopped"] = {{Step::in(kSeenStopped)}};
  all["start 1 cannot start an already running container"] = {{Step::in(kSeenRunning)}};
  all["start 1 cannot start a container in the paused state"] = {{Step::in(kSeenPaused)}};
  all["start 1 the container's init has ended"] = {{Step::in(kEnding)}};
  all["start 1 container init was killed before it became the program"] = {{Step::in(kEnding)}};

  all["kill 0 "] = {{Step::by(kKilling)}};
  all["touch 0 "] = {{Step::in(kAlive)}};
  for (const char* command : {"kill", "touch"}) {
    all[std::string(command) + " 1 container not running"] = {
        {Step::in(both(kSeenStopped, {Creating}))}};
  }

  all["pause 0 "] = {{Step::by(kPausing)}};
  all["pause 1 container not running or created: paused"] = {{Step::in(kSeenPaused)}};
  // Who is about to end is in no cgroup any more, but still to be seen. The second way: somebody
  // has killed what was paused by then.
  all["pause 1 container not running or created: stopped"] = {
      {Step::in(both(kSeenStopped, kDying))},
      {Step::by(kPausing), Step::in(both(kSeenStopped, kDying))}};
  all["resume 0 "] = {{Step::by(kResuming)}};
  all["resume 1 container not paused"] = {{Step::in(all_but(both(kSeenPaused, {None})))}};
}

inline void add_looks(Outcomes& all) {
  for (const char* command : {"exec", "exec --detach"}) {
    const std::string name = command;
    all[name + " 0 "] = {{Step::in(kActive)}};
    all[name + " 255 cannot exec in a stopped container"] = {{Step::in(kSeenStopped)}};
    all[name + " 255 cannot exec in a container that is being created"] = {{Step::in({Creating})}};
    all[name + " 255 cannot exec in a paused container (use --ignore-paused to override)"] = {
        {Step::in(kSeenPaused)}};
  }
  // It was there, and then somebody killed the container.
  const Steps overtaken = {Step::in(kActive), Step::in(kEnding)};
  all["exec 137 "] = {overtaken};
  for (const char* command : {"exec", "exec --detach"}) {
    all[std::string(command) + " 255 the container has stopped"] = {overtaken};
    all[std::string(command) + " 255 the process was killed by signal 9"] = {overtaken};
  }

  for (const char* command : {"state", "list"}) {
    const std::string name = command;
    all[name + " 0 creating"] = {{Step::in({Creating})}};
    all[name + " 0 created"] = {{Step::in(kSeenCreated)}};
    all[name + " 0 running"] = {{Step::in(kSeenRunning)}};
    all[name + " 0 paused"] = {{Step::in(kSeenPaused)}};
    all[name + " 0 stopped"] = {{Step::in(kSeenStopped)}};
  }
  all["list 0 nothing"] = {{Step::in({None})}};
  // Once all is quiet, what was killed has to have ended, unless it is frozen.
  all["at last 0 created"] = {{Step::in({Created})}};
  all["at last 0 running"] = {{Step::in({Running})}};
  all["at last 0 paused"] = {{Step::in(kSeenPaused)}};
  all["at last 0 stopped"] = {{Step::in({Stopped})}};
  all["at last 1 container \"ID\" does not exist"] = {{Step::in({None})}};
}

inline const Outcomes& outcomes() {
  static const Outcomes all = [] {
    Outcomes made;
    add_births_and_deaths(made);
    add_changes(made);
    add_looks(made);
    return made;
  }();
  return all;
}

}  // namespace life
