# One static library per row of cmake/layers.txt, linked as the row says.
#
# A row names a folder (base, runtime/launch) or a pair of files (runtime/cli: cli.h, cli.cpp).
# A row without sources yet gives an empty interface target, so that the links hold either way.

set(layer_file ${PROJECT_SOURCE_DIR}/cmake/layers.txt)
set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${layer_file})

set(layers)
file(STRINGS ${layer_file} rows REGEX "^[a-z]")
foreach(row IN LISTS rows)
  string(REGEX MATCH "^([a-z/_]+):(.*)$" row_ok "${row}")
  if(NOT row_ok)
    message(FATAL_ERROR "cmake/layers.txt: not 'folder: folders': ${row}")
  endif()
  set(layer ${CMAKE_MATCH_1})
  separate_arguments(uses UNIX_COMMAND "${CMAKE_MATCH_2}")
  string(REPLACE "/" "_" name ${layer})

  list(APPEND layers ${layer})
  set(layer_uses_${name} ${uses})
  file(GLOB layer_sources_${name} CONFIGURE_DEPENDS
       ${PROJECT_SOURCE_DIR}/${layer}/*.cpp ${PROJECT_SOURCE_DIR}/${layer}.cpp)
endforeach()

# The libraries a target of this layer links: its own and those that its row allows.
function(link_layer target layer)
  string(REPLACE "/" "_" name ${layer})
  target_link_libraries(${target} PRIVATE project_options)
  foreach(use IN LISTS layer_uses_${name})
    if(use MATCHES "\\.h$")
      get_filename_component(use ${use} DIRECTORY)
    endif()
    string(REPLACE "/" "_" use ${use})
    target_link_libraries(${target} PRIVATE layer_${use})
  endforeach()
endfunction()

# Links are PUBLIC: a header shows its user the types of the layers below.
macro(add_layers)
  foreach(layer IN LISTS layers)
    string(REPLACE "/" "_" name ${layer})
    if(name MATCHES "_main$")  # an executable's own
      continue()
    endif()
    if(layer_sources_${name})
      add_library(layer_${name} STATIC ${layer_sources_${name}})
      target_link_libraries(layer_${name} PRIVATE project_options ${layer_externals_${name}})
      set(scope PUBLIC)
    else()
      add_library(layer_${name} INTERFACE)
      set(scope INTERFACE)
    endif()
    foreach(use IN LISTS layer_uses_${name})
      if(use MATCHES "\\.h$")
        get_filename_component(use ${use} DIRECTORY)
      endif()
      string(REPLACE "/" "_" use ${use})
      target_link_libraries(layer_${name} ${scope} layer_${use})
    endforeach()
  endforeach()
endmacro()
