// Everything found wrong with a document, to be reported at once.
#include "oci/problems.h"

#include "base/error.h"
#include "base/text.h"

namespace oci {

namespace {

constexpr std::size_t kMostReported = 16;

}  // namespace

void Problems::add(std::string_view pointer, std::string_view reason) {
  if (found_.size() == kMostReported) {
    ++more_;
  } else {
    found_.push_back(base::cat(pointer, ": ", reason));
  }
}

void Problems::warn(std::string_view pointer, std::string_view reason) {
  if (warnings_ != nullptr) warnings_->push_back(base::cat(pointer, ": ", reason));
}

void Problems::throw_if_any(std::string_view file_name) const {
  if (found_.empty()) return;
  const std::string more = more_ == 0 ? "" : base::cat("; and ", more_, " more");
  throw base::Error(base::cat(file_name, ": ", base::join(found_, "; "), more));
}

}  // namespace oci
