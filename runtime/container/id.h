// A container's id: valid by construction, since it becomes the name of a folder and of a cgroup.
#pragma once

#include <string>
#include <string_view>

namespace runtime {

class ContainerId {
 public:
  // 1 to 255 bytes of A-Z a-z 0-9 _ + - . and no dot in front.
  static bool is_valid(std::string_view text) noexcept;
  // Throws base::Error when it isn't valid.
  static ContainerId parse(std::string_view text);

  const std::string& text() const noexcept { return text_; }

 private:
  explicit ContainerId(std::string_view text) : text_(text) {}
  std::string text_;
};

}  // namespace runtime
