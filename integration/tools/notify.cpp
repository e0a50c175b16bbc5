// Both ends of sd_notify(3).
//
//   notify receive ADDRESS FILE   what comes in at the address (a path, or @ and an abstract name),
//                                 a line for each message: its lines joined by "|", and for each
//                                 descriptor " +fd"; until killed
//   notify send MESSAGE…          one message each to $NOTIFY_SOCKET
//   notify barrier                BARRIER=1 with a pipe; waits until the receiver has closed that
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace {

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "notify: %s: %s\n", what, std::strerror(errno));
  std::exit(1);
}

int check(int result, const char* what) {
  if (result < 0) fail(what);
  return result;
}

struct Address {
  sockaddr_un form{};
  socklen_t length = 0;
};

Address address_of(std::string_view text) {
  Address address;
  address.form.sun_family = AF_UNIX;
  text.copy(address.form.sun_path, sizeof address.form.sun_path - 1);
  if (text.starts_with('@')) address.form.sun_path[0] = '\0';
  address.length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + text.size());
  return address;
}

int new_socket() { return check(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket"); }

union Control {
  cmsghdr header;
  std::array<char, CMSG_SPACE(sizeof(int))> bytes;
};

// Descriptors are closed when the line is written: who waits for that finds it there.
void receive_one(int socket, int out) {
  std::array<char, 8192> bytes{};
  iovec part{bytes.data(), bytes.size()};
  Control control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes.data();
  message.msg_controllen = control.bytes.size();
  const ssize_t got = recvmsg(socket, &message, 0);
  check(static_cast<int>(got), "recvmsg");
  std::string line(bytes.data(), static_cast<std::size_t>(got));
  for (char& c : line) c = c == '\n' ? '|' : c;
  int fd = -1;
  if (const cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr) {
    std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
    line += " +fd";
  }
  line += '\n';
  check(static_cast<int>(write(out, line.data(), line.size())), "write");
  close(fd);
}

[[noreturn]] void receive(const char* text, const char* file) {
  const int socket = new_socket();
  const Address address = address_of(text);
  check(bind(socket, reinterpret_cast<const sockaddr*>(&address.form), address.length), "bind");
  const int out = check(open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644), file);
  for (;;) receive_one(socket, out);
}

int connected() {
  const char* text = std::getenv("NOTIFY_SOCKET");
  if (text == nullptr) fail("NOTIFY_SOCKET");
  const int socket = new_socket();
  const Address address = address_of(text);
  check(connect(socket, reinterpret_cast<const sockaddr*>(&address.form), address.length), text);
  return socket;
}

void barrier() {
  std::array<int, 2> ends{};
  check(pipe2(ends.data(), O_CLOEXEC), "pipe");
  char text[] = "BARRIER=1";
  iovec part{text, sizeof text - 1};
  Control control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes.data();
  message.msg_controllen = control.bytes.size();
  control.header.cmsg_level = SOL_SOCKET;
  control.header.cmsg_type = SCM_RIGHTS;
  control.header.cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(&control.header), &ends[1], sizeof(int));
  check(static_cast<int>(sendmsg(connected(), &message, 0)), "sendmsg");
  close(ends[1]);
  pollfd entry{ends[0], POLLIN, 0};
  if (check(poll(&entry, 1, 5000), "poll") == 0) {
    errno = ETIMEDOUT;
    fail("barrier");
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view verb = argc > 1 ? argv[1] : "";
  if (verb == "receive" && argc == 4) receive(argv[2], argv[3]);
  if (verb == "barrier") {
    barrier();
  } else if (verb == "send") {
    const int socket = connected();
    for (int i = 2; i < argc; ++i) {
      check(static_cast<int>(send(socket, argv[i], std::strlen(argv[i]), 0)), "send");
    }
  } else {
    std::fprintf(stderr, "usage: notify receive ADDRESS FILE | send MESSAGE... | barrier\n");
    return 2;
  }
  return 0;
}
