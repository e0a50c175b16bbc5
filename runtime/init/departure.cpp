#include "runtime/init/departure.h"

#include <string>

#include "base/departure.h"
#include "base/error.h"
#include "base/text.h"
#include "runtime/init/child_story.h"

namespace runtime {

namespace {

using sys::LastCall;

// Memory that outlives the executable: each is on the heap, or with this object on the stack.
struct Words {
  std::string ready = Channel::message(MessageTag::Ready);
  LastWords unmap = LastWords::call_failure(base::cat(kProtecting, ": munmap"));
  LastWords set_link = LastWords::call_failure(base::cat(kProtecting, ": prctl PR_SET_MM_MAP"));
  LastWords settle = LastWords::call_failure("capset");
  LastWords tell = LastWords::call_failure("sendto");
  LastWords close = LastWords::call_failure("close_range");
  LastWords load_filter =
      LastWords::call_failure("/linux/seccomp: seccomp SECCOMP_SET_MODE_FILTER");
  LastWords settle_late = LastWords::capset_denied();
  LastWords execute;

  explicit Words(const std::string& program) : execute(LastWords::exec_failure(program)) {}
};

void give_words(Words& words, sys::LastCalls& calls) {
  const auto give = [&](LastCall call, LastWords& complaint) {
    calls.complaints[static_cast<std::size_t>(call)] = complaint.packet();
  };
  give(LastCall::Unmap, words.unmap);
  give(LastCall::SetLink, words.set_link);
  give(LastCall::Settle, words.settle);
  give(LastCall::Tell, words.tell);
  give(LastCall::Close, words.close);
  give(LastCall::LoadFilter, words.load_filter);
  give(LastCall::SettleLate, words.settle_late);
  give(LastCall::Execute, words.execute);
  calls.ready = {words.ready.data(), words.ready.size(), nullptr};
}

void plan_capabilities(const FilterPlan& filter, sys::LastCalls& calls) {
  calls.raises = lacks_administrator(filter.capabilities);
  if (!calls.raises) return;
  calls.raises_twice = filter.needs_administrator();
  calls.raised = capability_request(with_administrator(filter.capabilities, "it"));
  calls.waiting = capability_request(masks_of(held_until_filter(filter)));
  calls.settled = capability_request(masks_of(filter.capabilities));
}

}  // namespace

void depart(const Departure& departure, const ProgramImage& program, const FilterPlan& filter,
            const Channel& parent, const base::OwnedFd* gate, int passed) {
  const base::Context protecting{[] { return kProtecting; }};
  Words words(program.path());
  sys::LastCalls calls;
  give_words(words, calls);
  plan_capabilities(filter, calls);
  calls.parent = parent.socket().raw();
  calls.gate = gate != nullptr ? gate->raw() : -1;
  const MessageTag answer = gate != nullptr ? MessageTag::AwaitStart : MessageTag::Start;
  calls.go_on = static_cast<std::uint32_t>(answer);
  calls.start = static_cast<std::uint32_t>(MessageTag::Start);
  calls.first_closed = 3 + passed;
  calls.filter = {static_cast<unsigned short>(filter.program.size()),
                  const_cast<sock_filter*>(filter.program.data())};  // the kernel only reads it
  calls.filter_flags = filter.flags;
  calls.path = program.path().c_str();
  calls.argv = program.argv();
  calls.envp = program.envp();
  calls.failure_status = kStoryFailed;
  sys::make_last_calls(calls, departure.code, departure.link);
}

}  // namespace runtime
