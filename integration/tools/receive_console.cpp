// receive-console SOCKET REPORT: what an engine does at the other end of --console-socket. Listens
// at SOCKET, takes one connection and writes into REPORT what came over it; then carries standard
// input to the terminal and the terminal to standard output, until the terminal hangs up. With "-"
// in front it hangs up itself, as soon as somebody has connected; with "+" it stays when the
// terminal hangs up, until it is killed, since a whole system closes its console and opens it
// again.
//
// A test tool, since no shell can receive a descriptor.
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

#include "listener.h"

namespace {

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "receive-console: %s: %s\n", what, std::strerror(errno));
  std::exit(1);
}

int check(int result, const char* what) {
  if (result < 0) fail(what);
  return result;
}

struct Message {
  std::string bytes;
  std::vector<int> fds;
};

Message receive(int connection) {
  std::array<char, 8192> bytes{};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(16 * sizeof(int))> control{};
  iovec part{bytes.data(), bytes.size()};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control.data();
  header.msg_controllen = control.size();
  const ssize_t got = recvmsg(connection, &header, MSG_CMSG_CLOEXEC);
  check(static_cast<int>(got), "recvmsg");
  Message message{std::string(bytes.data(), static_cast<std::size_t>(got)), {}};
  for (cmsghdr* each = CMSG_FIRSTHDR(&header); each != nullptr; each = CMSG_NXTHDR(&header, each)) {
    if (each->cmsg_type != SCM_RIGHTS) continue;
    message.fds.resize((each->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    std::memcpy(message.fds.data(), CMSG_DATA(each), message.fds.size() * sizeof(int));
  }
  return message;
}

void report(const char* path, const Message& first, const Message& rest) {
  FILE* file = std::fopen(path, "w");
  if (file == nullptr) fail(path);
  std::fprintf(file, "descriptors %zu\nbytes %zu\ntext %s\nafter it %zu\n", first.fds.size(),
               first.bytes.size(), first.bytes.c_str(), rest.bytes.size() + rest.fds.size());
  std::fclose(file);
}

// False at the end of `from`.
bool carry(int from, int to) {
  std::array<char, 4096> bytes{};
  const ssize_t got = read(from, bytes.data(), bytes.size());
  if (got <= 0) return false;
  check(static_cast<int>(write(to, bytes.data(), static_cast<std::size_t>(got))), "write");
  return true;
}

void carry_both_ways(int terminal, bool stays) {
  std::array<pollfd, 2> watched{{{terminal, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}}};
  for (;;) {
    check(poll(watched.data(), watched.size(), -1), "poll");
    if (watched[0].revents != 0 && !carry(terminal, STDOUT_FILENO)) {
      if (!stays) return;
      // The kernel wakes nobody when it is opened again.
      usleep(50'000);
    }
    if (watched[1].revents != 0 && !carry(STDIN_FILENO, terminal)) watched[1].fd = -1;
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string mode = argc == 4 ? argv[1] : "";
  if (argc != 3 && mode != "-" && mode != "+") {
    std::fputs("usage: receive-console [-|+] SOCKET REPORT\n", stderr);
    return 1;
  }
  const int listener = check(listen_at(argv[argc - 2]), "listen");
  const int connection = check(accept(listener, nullptr, nullptr), "accept");
  if (mode == "-") return 0;
  const Message message = receive(connection);
  report(argv[argc - 1], message, receive(connection));
  if (message.fds.size() == 1) carry_both_ways(message.fds.front(), mode == "+");
  return 0;
}
