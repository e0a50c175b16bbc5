#include "runtime/checkpoint/descriptors.h"

#include <tuple>

#include "base/text.h"
#include "oci/describe.h"
#include "oci/json_reader.h"
#include "oci/json_writer.h"

namespace runtime {

namespace {

// What is read is an object everywhere; the array is the value of this one's only member.
struct Descriptors {
  std::vector<std::string> names;
};

bool is_file(const std::string& name) { return name.starts_with("file["); }
bool is_pipe(const std::string& name) { return name.starts_with("pipe:["); }

}  // namespace

}  // namespace runtime

template <>
struct oci::Describe<runtime::Descriptors> {
  static constexpr auto fields = std::tuple{Field{"names", &runtime::Descriptors::names, required}};
};

namespace runtime {

std::vector<std::string> parse_descriptors(const std::string& bytes) {
  const std::string object = base::cat(R"({"names":)", bytes, "}");
  return oci::read_json<Descriptors>(kDescriptorsFile, object).names;
}

std::string format_descriptors(const std::vector<std::string>& names) {
  return oci::write_json(names);
}

std::vector<std::string> external_files(const std::vector<std::string>& names) {
  std::vector<std::string> files;
  for (const std::string& name : names) {
    if (is_file(name)) files.push_back(name);
  }
  return files;
}

std::vector<criu::InheritedFd> inherited_streams(const std::vector<std::string>& names) {
  std::vector<criu::InheritedFd> inherited;
  for (std::size_t fd = 0; fd < names.size(); ++fd) {
    if (is_file(names[fd]) || is_pipe(names[fd])) {
      inherited.push_back({names[fd], static_cast<int>(fd)});
    }
  }
  return inherited;
}

}  // namespace runtime
