// Undo next to do: the line after an irreversible effect is its Rollback. Destructors run in
// reverse order; success is one visible commit().
#pragma once

#include <utility>

#include "base/error.h"
#include "base/log.h"

namespace base {

template <typename Undo>
class Rollback {
 public:
  explicit Rollback(Undo undo) : undo_(std::move(undo)) {}
  Rollback(const Rollback&) = delete;
  Rollback& operator=(const Rollback&) = delete;
  ~Rollback() {
    if (committed_) return;
    // One failing step must not keep the others from being undone, and the error that unwinds the
    // stack is the one to report.
    try {
      undo_();
    } catch (const Error& error) {
      log::debug([&] { return cat("while undoing: ", error.text()); });
    }
  }
  void commit() noexcept { committed_ = true; }

 private:
  Undo undo_;
  bool committed_ = false;
};

// All of them, at the end of what they belong to.
template <typename... Undo>
void commit(Rollback<Undo>&... rollbacks) noexcept {
  (rollbacks.commit(), ...);
}

}  // namespace base
