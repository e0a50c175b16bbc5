// The documents we are given, each one call of the reader.
#include "oci/load.h"

#include "oci/json_reader.h"

namespace oci {

Config parse_config(std::string_view file_name, std::string_view bytes,
                    std::vector<std::string>* unknown) {
  return read_json<Config>(file_name, bytes, unknown);
}

Process parse_process(std::string_view file_name, std::string_view bytes,
                      std::vector<std::string>* unknown) {
  return read_json<Process>(file_name, bytes, unknown);
}

Resources parse_resources(std::string_view file_name, std::string_view bytes,
                          std::vector<std::string>* unknown) {
  return read_json<Resources>(file_name, bytes, unknown);
}

}  // namespace oci
