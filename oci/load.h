// From the bytes of a file to the values of the specification.
//
// Checks shape: JSON, types, ranges of the types, names of enumerators, required members. Meaning
// is validate.h's. Reading the file is the caller's: it also keeps the bytes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "oci/config.h"

namespace oci {

// Throws base::Error, "config.json: /linux/namespaces/1/type: unknown value "foo" (pid, …)";
// file_name is only what messages begin with. The JSON pointers of unknown properties, which the
// specification wants ignored, are added to `unknown` if it isn't null.
Config parse_config(std::string_view file_name, std::string_view bytes,
                    std::vector<std::string>* unknown = nullptr);

// The file `exec --process` names.
Process parse_process(std::string_view file_name, std::string_view bytes,
                      std::vector<std::string>* unknown = nullptr);

// What `update --resources` is given.
Resources parse_resources(std::string_view file_name, std::string_view bytes,
                          std::vector<std::string>* unknown = nullptr);

}  // namespace oci
