// Errors: one exception type, and context frames that say what was being done.
//
// The rule of the house: the wrapper that fails throws the fact ("openat2 etc/passwd: not found
// (ENOENT)"), the caller that knows the place opens a Context ("mounts[3] /proc"), and main prints
// the one line. Nobody logs what they throw, nobody concatenates what a frame will add.
// An outcome the caller decides on is no error: such functions return optional or an errno.
#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace base {

// What an errno means, in words that carry its symbol: "not found (ENOENT)". Deliberately not
// strerror's wording: engines map "no such file or directory" and "permission denied" anywhere in
// our text to the exit codes 127 and 126 (client contract K-35, K-37), which only the container's
// own command may cause.
std::string describe_errno(int code);

// A frame of the list that Error's constructor reads. Frames live on the stack, innermost first.
// The list head is process-wide: the program is single-threaded.
class ContextFrame {
 public:
  ContextFrame(const ContextFrame&) = delete;
  ContextFrame& operator=(const ContextFrame&) = delete;

  // "create web: mounts[3] /proc: " — every open frame, outermost first.
  static std::string prefix();

 protected:
  // No virtual function: the tables of as many classes as there are frames would be relocated by
  // each command when it begins.
  using Tell = std::string (*)(const ContextFrame&);
  explicit ContextFrame(Tell tell) noexcept : tell_(tell), outer_(innermost_) { innermost_ = this; }
  ~ContextFrame() { innermost_ = outer_; }

 private:
  friend class NoContext;
  Tell tell_;
  ContextFrame* outer_;
  static ContextFrame* innermost_;
};

// "While doing …". The text is a lambda, evaluated only when an Error is made: on the path that
// succeeds a frame costs three stores. Empty adds nothing. It must not outlive what the lambda
// refers to.
template <typename Text>
class Context final : public ContextFrame {
 public:
  explicit Context(Text text) : ContextFrame(&tell), text_(std::move(text)) {}

 private:
  static std::string tell(const ContextFrame& frame) {
    return std::string(static_cast<const Context&>(frame).text_());
  }

  Text text_;
};
template <typename Text>
Context(Text) -> Context<Text>;

// Hides the frames opened so far: the first thing a child process's own entry function does, since
// its parent adds its frames when it rethrows what the child reports.
class NoContext {
 public:
  NoContext() noexcept : saved_(ContextFrame::innermost_) { ContextFrame::innermost_ = nullptr; }
  ~NoContext() { ContextFrame::innermost_ = saved_; }
  NoContext(const NoContext&) = delete;
  NoContext& operator=(const NoContext&) = delete;

 private:
  ContextFrame* saved_;
};

class Error : public std::exception {
 public:
  // Text is the open frames, `message` and, if `code` is not 0, describe_errno(code).
  explicit Error(std::string_view message, int code = 0);
  // An error as another process reported it: its text already says what `code` means.
  static Error reported(std::string_view text, int code);

  const char* what() const noexcept override { return text_.c_str(); }
  const std::string& text() const noexcept { return text_; }
  // The errno behind the error, 0 if there is none.
  int code() const noexcept { return code_; }
  // What a foreground `run` or `exec` exits with because of it: 1; 127 and 126 when the container's
  // command was not found or can't be executed.
  int exit_status() const noexcept { return exit_status_; }

  Error& with_exit_status(int status) noexcept {
    exit_status_ = status;
    return *this;
  }

 private:
  std::string text_;
  int code_;
  int exit_status_ = 1;
};

// The command line is wrong: main adds where help is to be found.
class UsageError : public Error {
 public:
  using Error::Error;
};

}  // namespace base
