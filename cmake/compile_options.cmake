# How every file of ours is compiled and how executables are linked.
# Result: the interface target project_options, and executable_link_options for `runtime` itself.

include(CheckCXXCompilerFlag)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

add_library(project_options INTERFACE)
target_include_directories(project_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_definitions(project_options INTERFACE _GNU_SOURCE _GLIBCXX_ASSERTIONS)

# CMake's own default is -O3 -DNDEBUG. Assertions stay: an abort is better than carrying on. For
# size, because pages of code are what a start costs (docs/decisions/executable.md) and our own
# computing is next to nothing.
if(CMAKE_CXX_FLAGS_RELEASE STREQUAL "-O3 -DNDEBUG")
  set(CMAKE_CXX_FLAGS_RELEASE "-Os")
  # GCC would copy strings by "rep movsb", which takes 30 cycles to begin with.
  check_cxx_compiler_flag(-mstringop-strategy=libcall has_string_strategy)
  if(has_string_strategy)
    target_compile_options(project_options INTERFACE -mstringop-strategy=libcall)
  endif()
  # Without the words of failed assertions, which name whole types.
  target_compile_options(project_options INTERFACE -include ${PROJECT_SOURCE_DIR}/base/quiet_assertions.h)
  # But for what reads the config and writes records, byte by byte: 16 KB more and a third less time.
  set_source_files_properties(base/json_escape.cpp base/utf8.cpp
                              oci/json_document.cpp oci/json_reader.cpp oci/json_writer.cpp
                              PROPERTIES COMPILE_OPTIONS -O2)
endif()

# --- Warnings --------------------------------------------------------------------------------
target_compile_options(project_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wcast-qual
  -Wnon-virtual-dtor -Woverloaded-virtual -Wnull-dereference -Wformat=2
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond;-Wlogical-op;-Wuseless-cast>
  # clang says it of what the headers of GCC 12's library do themselves.
  $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>
  $<$<BOOL:${RUNTIME_WERROR}>:-Werror>)

# --- Hardening -------------------------------------------------------------------------------
# Flags some compiler or processor lacks are left out there, the rest is never optional.
set(CMAKE_REQUIRED_FLAGS -Werror)  # clang merely warns about a flag it does not use
foreach(flag IN ITEMS -fstack-protector-strong -fstack-clash-protection -fcf-protection
                      -mbranch-protection=standard -ftrivial-auto-var-init=zero)
  string(MAKE_C_IDENTIFIER "has${flag}" known)
  check_cxx_compiler_flag(${flag} ${known})
  if(${known})
    target_compile_options(project_options INTERFACE ${flag})
  endif()
endforeach()
unset(CMAKE_REQUIRED_FLAGS)
target_compile_options(project_options INTERFACE -fPIE -ffunction-sections -fdata-sections)
if(NOT build_type STREQUAL "debug")  # glibc's checks need the optimiser
  target_compile_options(project_options INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
endif()
# The linker's default -z separate-code stays: code gets pages of its own, so that nothing else is
# executable, for a few KiB of padding.
target_link_options(project_options INTERFACE
  -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--gc-sections)
# The relocations of a position-independent executable in a twentieth of the space, which is 130 KB;
# glibc knows them from 2.36 on, and a static executable brings it along.
include(CheckLinkerFlag)
check_linker_flag(CXX -Wl,-z,pack-relative-relocs has_packed_relocations)
if(has_packed_relocations)
  target_link_options(project_options INTERFACE -Wl,-z,pack-relative-relocs)
endif()

# --- Instrumented builds ---------------------------------------------------------------------
if(RUNTIME_SANITIZE)
  set(sanitize -fsanitize=${RUNTIME_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    list(APPEND sanitize -fsanitize-ignorelist=${PROJECT_SOURCE_DIR}/cmake/sanitizer-ignore.txt)
  endif()
  target_compile_options(project_options INTERFACE ${sanitize})
  target_link_options(project_options INTERFACE ${sanitize})
endif()
if(RUNTIME_COVERAGE)
  target_compile_options(project_options INTERFACE --coverage -fprofile-update=atomic)
  target_link_options(project_options INTERFACE --coverage)
endif()
if(RUNTIME_FUZZ)
  target_compile_options(project_options INTERFACE -fsanitize=fuzzer-no-link)
  target_link_options(project_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(RUNTIME_TIDY)
  find_program(CLANG_TIDY NAMES clang-tidy-19 clang-tidy-14 clang-tidy REQUIRED)
  set(CMAKE_CXX_CLANG_TIDY ${CLANG_TIDY} --quiet)
endif()

# --- Code that is moved ----------------------------------------------------------------------
# It may call nothing and refer to nothing (base/departure.h): no instrumentation, whatever the build.
set_source_files_properties(base/departure_code.cpp PROPERTIES
  SKIP_UNITY_BUILD_INCLUSION ON
  COMPILE_OPTIONS "-O2;-fno-lto;-fno-stack-protector;-fno-sanitize=all;-fno-profile-arcs;-fno-test-coverage")

# --- Link ------------------------------------------------------------------------------------
if(is_release)
  # CMake adds -flto=auto and uses gcc-ar, so that it reaches through the static libraries.
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
endif()

# static-pie rather than plain static: there the first throw sorts all unwind tables, 0.5 ms.
if(RUNTIME_LINK STREQUAL "static-pie")
  set(executable_link_options -static-pie)
elseif(is_release)
  # Still our own C++ library: loading the shared one costs more than our whole start.
  set(executable_link_options -pie -static-libstdc++ -static-libgcc)
else()
  set(executable_link_options -pie)
endif()
if(is_release)
  list(APPEND executable_link_options -s)
  # With LTO it is here that code is made: so that the linker has a section for each function, as above.
  list(APPEND executable_link_options -ffunction-sections -fdata-sections)
  # What the usual commands use lies side by side, for fewer page faults; a linker that can't insert
  # into its own script does without.
  set(hot_sections ${CMAKE_CURRENT_LIST_DIR}/hot-sections.ld)
  check_linker_flag(CXX -Wl,-T,${hot_sections} has_section_order)
  if(has_section_order)
    list(APPEND executable_link_options -Wl,-T,${hot_sections})
  endif()
endif()
