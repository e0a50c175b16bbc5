# The table of system calls, which a program of the build gets out of libseccomp: seccomp_table.h in
# the build tree. The runtime itself is not linked with libseccomp.

set(seccomp_table ${PROJECT_BINARY_DIR}/generated/seccomp_table.h)
add_executable(seccomp_table ${CMAKE_CURRENT_LIST_DIR}/seccomp_table.cpp
                             ${PROJECT_SOURCE_DIR}/seccomp/architecture.cpp)
target_link_libraries(seccomp_table PRIVATE project_options ${layer_externals_seccomp})
add_custom_command(OUTPUT ${seccomp_table} COMMAND seccomp_table ${seccomp_table}
                   DEPENDS seccomp_table COMMENT "Asking libseccomp for its system calls" VERBATIM)
list(APPEND layer_sources_seccomp ${seccomp_table})
# For the tests, which compare with libseccomp.
set(seccomp_reference ${layer_externals_seccomp})
set(layer_externals_seccomp)
