#include "runtime/recorder/recorder.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <poll.h>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/memfd.h"
#include "oci/json_reader.h"
#include "oci/json_writer.h"
#include "runtime/init/child_story.h"

namespace runtime::recorder {

namespace {

constexpr std::size_t kLargestResult = std::size_t{64} << 20;

// Our end is that of the tracing, as it would be if we were killed: the kernel lets all go.
[[noreturn]] void run_recorder(const Subject& subject, Channel command) noexcept {
  tell(command, [&] {
    Session session(subject);
    command.send<Ready>();
    session.record(command.socket());
    const base::OwnedFd file = sys::memfd_create("recording");
    base::write_all(file, oci::write_json(session.result()));
    command.send<Recorded>(&file);
    // Also when nobody has told us to: an end with that message unread would make ours void.
    command.expect<Finish>();
    sys::leave_child(0);
  });
}

sys::Cloned clone_recorder(const Subject& subject, Channel& ours, Channel theirs) {
  sys::Cloned cloned = sys::clone3(0, nullptr);
  if (cloned.pid == 0) {
    // Or the end of file that tells of our death would never come.
    ours.close();
    run_recorder(subject, std::move(theirs));
  }
  return cloned;
}

bool is_farewell(int signal) { return signal == SIGINT || signal == SIGTERM || signal == SIGHUP; }

template <typename Message>
base::OwnedFd expect(Channel& recorder) {
  auto passed = recorder.expect<Message>();
  if (!passed) throw base::Error("it was killed");
  return std::move(*passed);
}

}  // namespace

Recorder::Recorder(const Subject& subject) : Recorder(subject, Channel::make_pair()) {}

Recorder::Recorder(const Subject& subject, std::pair<Channel, Channel> ends)
    : channel_(std::move(ends.first)),
      process_(clone_recorder(subject, channel_, std::move(ends.second))) {
  const base::Context beginning{[] { return "recorder"; }};
  expect<Ready>(channel_);
}

void Recorder::attend(base::BorrowedFd signals) {
  std::array<pollfd, 2> watched{{{channel_.socket().raw(), POLLIN, 0}, {signals.raw(), POLLIN, 0}}};
  while (watched[0].revents == 0) {
    if (poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) {
      throw base::Error("poll", errno);
    }
    if (watched[1].revents != 0 && is_farewell(sys::next_signal(signals))) return;
  }
}

Result Recorder::finish() {
  const base::Context finishing{[] { return "recorder"; }};
  channel_.send<Finish>();
  const base::OwnedFd file = expect<Recorded>(channel_);
  process_.wait();
  const auto read = sys::try_read_from_start(file, kLargestResult);
  if (read.error != 0) throw base::Error("read what it has recorded", read.error);
  return oci::read_json<Result>("recording", read.bytes);
}

}  // namespace runtime::recorder
