# Generates version.h in the build tree: the version of project() and, if git can tell, the commit.
# Included by CMakeLists.txt it sets up the target; run as a script at build time it writes the
# file, and only if the text changed, so that a new commit recompiles no more than it must.

if(CMAKE_SCRIPT_MODE_FILE)
  set(commit "")
  find_program(GIT git)
  if(GIT AND EXISTS ${SOURCE_DIR}/.git)
    execute_process(COMMAND ${GIT} -C ${SOURCE_DIR} describe --always --abbrev=12 --dirty --exclude=*
                    OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  endif()
  configure_file(${CMAKE_CURRENT_LIST_DIR}/version.h.in ${OUTPUT})
  return()
endif()

set(version_header ${PROJECT_BINARY_DIR}/generated/version.h)
add_custom_target(version_header
  COMMAND ${CMAKE_COMMAND} -DSOURCE_DIR=${PROJECT_SOURCE_DIR} -DVERSION=${PROJECT_VERSION}
          -DOUTPUT=${version_header} -P ${CMAKE_CURRENT_LIST_FILE}
  BYPRODUCTS ${version_header}
  COMMENT "" VERBATIM)
target_include_directories(project_options INTERFACE ${PROJECT_BINARY_DIR}/generated)
add_dependencies(project_options version_header)
