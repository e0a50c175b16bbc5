// How important a line of the log is, from the most important on.
#pragma once

namespace base::log {

enum class Level { Error, Warning, Debug };

}  // namespace base::log
