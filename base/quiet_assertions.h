// Included before everything else in a release (cmake/compile_options.cmake): a failed assertion of
// the C++ library aborts without a word. What it would say, the name of the function with all its
// template arguments, takes 100 KB of the executable for what no user could make use of; a debug
// build says it.
#pragma once
// Where the macro is used, in the library's headers, it is to be judged as theirs is.
#pragma GCC system_header

#include <cstddef>  // the library's configuration, in whatever file that is

#undef __glibcxx_assert_impl
#define __glibcxx_assert_impl(condition)                              \
  do {                                                                \
    if (__builtin_expect(!bool(condition), false)) __builtin_abort(); \
  } while (false)
