# Third-party libraries, each for exactly one layer (scripts/check-layers holds the includes
# against the same rule), and the decision how the executable is linked.
#
#   library     layer               Debian package    static library
#   RapidJSON   oci                 rapidjson-dev     (headers only)
#   libmnl      netlink             libmnl-dev        from Debian 13 on: scripts/fetch-static-library
#   libcap-ng   runtime/security    libcap-ng-dev     shipped
#   libseccomp  seccomp             libseccomp-dev    (only while building: cmake/seccomp.cmake)
#   libsystemd  runtime/systemd_unit  libsystemd-dev  none: cmake/systemd.cmake
#
# Another library is one more add_dependency() line below. A layer without sources asks for none.

find_package(PkgConfig)

set(RUNTIME_LINK dynamic)
if(RUNTIME_STATIC AND NOT RUNTIME_SANITIZE)
  set(RUNTIME_LINK static-pie)
endif()

# What to do about a library that can't be linked statically.
function(no_static_library name)
  set(remedy "install one, name it with -DRUNTIME_LIB_${name}=FILE, or link dynamically with -DRUNTIME_STATIC=OFF")
  if(NOT RUNTIME_STATIC STREQUAL "AUTO")
    message(FATAL_ERROR "no static library of ${name}: ${remedy}")
  endif()
  message(WARNING "no static library of ${name}, so the executable is linked DYNAMICALLY "
                  "(starts slower, needs the library at run time). For a static-pie: ${remedy}")
  set(RUNTIME_LINK dynamic PARENT_SCOPE)
endfunction()

# Leaves the static library's path in RUNTIME_LIB_<name>; gets it from the next Debian release if the
# package that has it there is named. A failed attempt isn't repeated in the same build tree.
function(find_static_library name next_package)
  set(folder ${PROJECT_BINARY_DIR}/static-libraries)
  find_library(RUNTIME_LIB_${name} NAMES lib${name}.a HINTS ${folder} ${ARGN})
  if(RUNTIME_LIB_${name} OR NOT next_package OR RUNTIME_TRIED_${name})
    return()
  endif()
  set(RUNTIME_TRIED_${name} TRUE CACHE INTERNAL "fetch-static-library ran once")
  message(STATUS "No lib${name}.a here: getting it from the next Debian release")
  execute_process(COMMAND ${PROJECT_SOURCE_DIR}/scripts/fetch-static-library
                          ${next_package} lib${name}.a ${folder})
  find_library(RUNTIME_LIB_${name} NAMES lib${name}.a HINTS ${folder})
endfunction()

# add_dependency(layer library header pkg-config-module [NEXT package])
function(add_dependency layer name header module)
  cmake_parse_arguments(arg "" "NEXT" "" ${ARGN})
  string(REPLACE "/" "_" layer ${layer})
  if(NOT layer_sources_${layer})
    return()
  endif()
  if(PKG_CONFIG_FOUND)
    pkg_check_modules(pc_${name} QUIET ${module})
  endif()
  find_path(RUNTIME_INCLUDE_${name} ${header} HINTS ${pc_${name}_INCLUDE_DIRS})
  if(NOT RUNTIME_INCLUDE_${name})
    message(FATAL_ERROR "${header} not found: README.md names the packages to install")
  endif()
  add_library(external_${name} INTERFACE)
  target_include_directories(external_${name} SYSTEM INTERFACE ${RUNTIME_INCLUDE_${name}})

  if(NOT header MATCHES "^rapidjson/")
    # Even when the link ends up dynamic, what can be had statically costs no loading.
    if(RUNTIME_STATIC AND NOT RUNTIME_SANITIZE)
      find_static_library(${name} "${arg_NEXT}" ${pc_${name}_LIBRARY_DIRS})
      if(NOT RUNTIME_LIB_${name})
        no_static_library(${name})
      endif()
    endif()
    if(NOT RUNTIME_LIB_${name})
      find_library(RUNTIME_SHARED_${name} NAMES ${name} HINTS ${pc_${name}_LIBRARY_DIRS} REQUIRED)
      target_link_libraries(external_${name} INTERFACE ${RUNTIME_SHARED_${name}})
    else()
      target_link_libraries(external_${name} INTERFACE ${RUNTIME_LIB_${name}})
    endif()
  endif()
  set(layer_externals_${layer} ${layer_externals_${layer}} external_${name} PARENT_SCOPE)
  set(RUNTIME_LINK ${RUNTIME_LINK} PARENT_SCOPE)
endfunction()

add_dependency(netlink mnl libmnl/libmnl.h libmnl NEXT libmnl-dev)
add_dependency(oci rapidjson rapidjson/reader.h RapidJSON)
add_dependency(runtime/security cap-ng cap-ng.h libcap-ng)
add_dependency(seccomp seccomp seccomp.h libseccomp)
