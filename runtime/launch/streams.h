// Where our standard streams lead, which are going to be the program's.
#pragma once

#include <string>
#include <vector>

namespace runtime {

// In the words of a checkpoint (Record::streams).
std::vector<std::string> name_streams();

}  // namespace runtime
