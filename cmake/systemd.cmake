# runtime-systemd, the helper by which the executable speaks to systemd: a program of its own, so
# that only who asks for systemd's units pays for libsystemd (docs/decisions/systemd.md).
#
# RUNTIME_SYSTEMD: ON (or stop), OFF, AUTO (ON if libsystemd-dev is there).

set(RUNTIME_SYSTEMD AUTO CACHE STRING "Build the helper for cgroup manager systemd: ON (or stop), OFF, AUTO")

set(has_systemd FALSE)
if(RUNTIME_SYSTEMD AND PKG_CONFIG_FOUND)
  pkg_check_modules(systemd QUIET IMPORTED_TARGET libsystemd>=245)
  set(has_systemd ${systemd_FOUND})
endif()
if(RUNTIME_SYSTEMD STREQUAL "ON" AND NOT has_systemd)
  message(FATAL_ERROR "libsystemd not found (package libsystemd-dev)")
endif()

# The executable finds it from its own place, hence the same way in the build tree as when installed;
# the absolute path is for an executable that was moved.
set(systemd_helper ${CMAKE_INSTALL_FULL_LIBEXECDIR}/runtime/runtime-systemd)
file(RELATIVE_PATH systemd_helper_from_bin ${CMAKE_INSTALL_FULL_BINDIR} ${systemd_helper})
set(systemd_definitions "SYSTEMD_HELPER=\"${systemd_helper}\""
                        "SYSTEMD_HELPER_FROM_BIN=\"${systemd_helper_from_bin}\"")
if(has_systemd)
  list(APPEND systemd_definitions HAS_SYSTEMD_HELPER=true)
  set(layer_externals_runtime_systemd_unit PkgConfig::systemd)
else()
  list(APPEND systemd_definitions HAS_SYSTEMD_HELPER=false)
  set(layer_sources_runtime_systemd_unit)
  set(layer_sources_runtime_systemd_main)
endif()
set_source_files_properties(runtime/cgroup/systemd_helper.cpp PROPERTIES
                            COMPILE_DEFINITIONS "${systemd_definitions}")

function(add_systemd_helper)
  if(NOT has_systemd)
    return()
  endif()
  add_executable(runtime-systemd ${layer_sources_runtime_systemd_main})
  link_layer(runtime-systemd runtime/systemd_main)
  # Our own C++ library, since libsystemd is enough to load at each start.
  target_link_options(runtime-systemd PRIVATE -pie)
  if(is_release)
    target_link_options(runtime-systemd PRIVATE -static-libstdc++ -static-libgcc -s)
  endif()
  get_filename_component(folder ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/${systemd_helper_from_bin} DIRECTORY)
  get_filename_component(folder ${folder} ABSOLUTE)
  set_target_properties(runtime-systemd PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${folder})
  add_dependencies(runtime runtime-systemd)
  install(TARGETS runtime-systemd RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/runtime)
endfunction()
