// Sockets that the tools of the tests listen at.
#pragma once

#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

// A stream socket at an absolute path, which may be longer than a socket's address has room for: by
// a descriptor of its folder. It gets its name last, so that whoever waits for that can connect.
// Returns the descriptor, or -1 with errno.
inline int listen_at(const std::string& path) {
  const auto slash = path.rfind('/');
  const std::string name = path.substr(slash + 1);
  const std::string unfinished = ".unfinished";
  const int folder = open(path.substr(0, slash).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string way = "/proc/self/fd/" + std::to_string(folder) + "/" + unfinished;
  std::strncpy(address.sun_path, way.c_str(), sizeof address.sun_path - 1);
  const bool done =
      folder >= 0 && listener >= 0 &&
      bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      listen(listener, 1) == 0 && renameat(folder, unfinished.c_str(), folder, name.c_str()) == 0;
  if (folder >= 0) close(folder);
  return done ? listener : -1;
}
