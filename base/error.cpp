#include "base/error.h"

#include <cerrno>
#include <cstring>

#include "base/text.h"

namespace base {

ContextFrame* ContextFrame::innermost_ = nullptr;

namespace {

// Own words for the codes whose standard text engines interpret, and for those it explains badly.
const char* own_words(int code) {
  switch (code) {
    case ENOENT: return "not found";
    case EACCES: return "access denied";
    case EPERM: return "not permitted";
    case ENOTDIR: return "a component is not a folder";
    case EISDIR: return "it is a folder";
    case ESRCH: return "process gone";
    case ELOOP: return "too many symbolic links, or a link where none may be";
    case EXDEV: return "leads outside";
    case ENOSYS: return "the kernel or an outer sandbox does not offer it";
    default: return nullptr;
  }
}

}  // namespace

std::string describe_errno(int code) {
  const char* words = own_words(code);
  if (words == nullptr) words = strerrordesc_np(code);
  const char* symbol = strerrorname_np(code);
  if (words == nullptr || symbol == nullptr) return cat("errno ", code);
  return cat(words, " (", symbol, ")");
}

std::string ContextFrame::prefix() {
  const ContextFrame* const innermost = innermost_;
  // A text that fails itself must not ask for itself once more.
  const NoContext alone;
  std::string text;
  for (const ContextFrame* frame = innermost; frame != nullptr; frame = frame->outer_) {
    const std::string own = frame->tell_(*frame);
    if (!own.empty()) text.insert(0, own + ": ");
  }
  return text;
}

Error::Error(std::string_view message, int code)
    : text_(ContextFrame::prefix() + std::string(message)), code_(code) {
  if (code != 0) text_ += ": " + describe_errno(code);
}

Error Error::reported(std::string_view text, int code) {
  Error error(text);
  error.code_ = code;
  return error;
}

}  // namespace base
