# Toolchain of the asan and tidy presets: the newest clang that is installed of those we know.
find_program(CLANGXX NAMES clang++-19 clang++-14 clang++ REQUIRED)
set(CMAKE_CXX_COMPILER ${CLANGXX})
