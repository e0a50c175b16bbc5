// Of a launch that fails: whether all that it has made is gone again.
#pragma once

#include <utility>

namespace runtime {

// What could not be undone, as when there are no descriptors left, has to stay on record: by that
// `delete` finds it.
class Undoing {
 public:
  // One of the steps; it may throw.
  template <typename Undo>
  void step(Undo undo) {
    const bool others = std::exchange(complete_, false);
    undo();
    complete_ = others;
  }

  // But for what never had an effect.
  bool complete() const noexcept { return complete_; }

 private:
  bool complete_ = true;
};

}  // namespace runtime
