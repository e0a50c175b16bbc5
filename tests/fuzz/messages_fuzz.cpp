// What a child in a container could say to its parent, had somebody taken it over (S-38): packets,
// each behind its length in two bytes.
#include <sys/socket.h>

#include "runtime/protocol/channel.h"
#include "tests/fuzz/fuzz.h"

namespace {

void send_packets(base::BorrowedFd socket, std::string_view input) {
  while (input.size() >= 2) {
    const std::size_t length = static_cast<unsigned char>(input[0]) +
                               (std::size_t{static_cast<unsigned char>(input[1])} << 8);
    const std::string_view packet = input.substr(2, length);
    if (send(socket.raw(), packet.data(), packet.size(), MSG_DONTWAIT | MSG_NOSIGNAL) < 0) return;
    input.remove_prefix(2 + packet.size());
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto [ours, theirs] = runtime::Channel::make_pair();
  send_packets(theirs.socket(), fuzz::text(data, size));
  theirs.close();
  fuzz::answer([&] { ours.expect<runtime::Spawned>(); });
  fuzz::answer([&] { ours.expect_number<runtime::SeccompListener>(); });
  fuzz::answer([&] { ours.expect_bytes<runtime::Filter>(); });
  fuzz::answer([&] { ours.expect<runtime::Ready>(); });
  fuzz::answer([&] { ours.expect_exec(); });
  return 0;
}
