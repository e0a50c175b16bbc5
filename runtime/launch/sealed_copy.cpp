#include "runtime/launch/sealed_copy.h"

#include <cerrno>
#include <string>
#include <unistd.h>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "base/memfd.h"
#include "base/process.h"

namespace runtime {

namespace {

// Another copy is other memory.
base::OwnedFd make_sealed_copy(base::BorrowedFd original) {
  constexpr int kMostAttempts = 5;
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    base::OwnedFd copy = sys::memfd_create("runtime");
    sys::copy_file(original, copy);
    if (sys::try_seal(copy)) return copy;
  }
  throw base::Error("fcntl F_ADD_SEALS", EBUSY);
}

}  // namespace

void continue_in_sealed_copy(char* const* argv) {
  const base::Context protecting{[] { return "protecting the runtime's executable"; }};
  const base::OwnedFd own = sys::openat(base::BorrowedFd::cwd(), "/proc/self/exe", O_RDONLY);
  if (sys::is_sealed(own)) return;
  const base::OwnedFd copy = make_sealed_copy(own);
  std::string path = sys::path_of(own);
  std::vector<char*> words{path.data()};
  while (*argv != nullptr && *++argv != nullptr) words.push_back(*argv);
  words.push_back(nullptr);
  sys::fexecve(copy, words.data(), environ);
}

}  // namespace runtime
