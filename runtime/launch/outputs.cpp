#include "runtime/launch/outputs.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "base/socket.h"
#include "base/text.h"

namespace runtime {

using base::BorrowedFd;
using base::OwnedFd;

FilePlace find_place(const std::string& path) {
  const auto slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  if (name.empty()) throw base::Error(base::cat(path, ": a file name is missing"));
  return {sys::openat(BorrowedFd::cwd(), folder.c_str(), O_PATH | O_DIRECTORY), std::move(name)};
}

void check_replaceable(const FilePlace& place) {
  const auto present = sys::open_if_exists(place.folder, place.name.c_str(), O_PATH);
  if (present && !S_ISREG(sys::fstat(*present).st_mode)) {
    throw base::Error("it is not a regular file");
  }
}

PidFile::PidFile(const std::string& path) {
  if (path.empty()) return;
  const base::Context opening{[] { return "--pid-file"; }};
  place_ = find_place(path);
  check_replaceable(place_);
  const int error = sys::try_writable(place_.folder);
  if (error != 0) {
    throw base::Error(base::cat(base::shown_path(path), ": no file can be made there"), error);
  }
}

void PidFile::write(pid_t pid) const {
  if (place_.name.empty()) return;
  const base::Context writing{[] { return "--pid-file"; }};
  sys::replace_file(place_.folder, place_.name, base::cat(pid), 0644);
}

OwnedFd connect_receiver(const char* option, const std::string& path) {
  if (path.empty()) return {};
  const base::Context connecting{[&] { return option; }};
  const FilePlace place = find_place(path);
  auto connected = sys::try_connect_at(place.folder, place.name, sys::SocketType::Stream);
  if (connected.error == EAGAIN) {
    throw base::Error(
        base::cat("connect ", path, ": not accepted within ", sys::kPatienceSeconds, " s"));
  }
  if (connected.error != 0) throw base::Error(base::cat("connect ", path), connected.error);
  return std::move(connected.socket);
}

OwnedFd connect_console(const std::string& path, bool terminal, bool attended,
                        std::string_view pointer) {
  if (!path.empty() && !terminal) {
    throw base::Error(base::cat("--console-socket: ", pointer, " is false"));
  }
  if (terminal && path.empty() && !attended) {
    throw base::Error("cannot allocate tty if runtime will detach without setting console socket");
  }
  return connect_receiver("--console-socket", path);
}

void send_pidfd(BorrowedFd receiver, const OwnedFd& pidfd, std::string_view kind) {
  const base::Context sending{[] { return "--pidfd-socket"; }};
  if (!sys::send_message(receiver, kind, &pidfd)) {
    throw base::Error("the receiver closed the connection");
  }
}

}  // namespace runtime
