// Everything found wrong with a document, to be reported at once.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace oci {

class Problems {
 public:
  // `warnings` may be null: nobody wants them.
  explicit Problems(std::vector<std::string>* warnings) : warnings_(warnings) {}

  void add(std::string_view pointer, std::string_view reason);
  void warn(std::string_view pointer, std::string_view reason);

  // As far as they fit one line, each with its pointer.
  const std::vector<std::string>& found() const noexcept { return found_; }

  // One base::Error with all of them on one line, "config.json: /a: …; /b: …"; a long list is cut.
  void throw_if_any(std::string_view file_name) const;

 private:
  std::vector<std::string> found_;
  std::size_t more_ = 0;  // that didn't fit the line
  std::vector<std::string>* warnings_;
};

}  // namespace oci
