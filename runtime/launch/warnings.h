// Whether what the config asks for in vain is said: once in a container's life, at create.
#pragma once

namespace runtime {

enum class Warnings { Given, Withheld };

}  // namespace runtime
