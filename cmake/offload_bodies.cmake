# offload_bodies_of(<module> <name>...): sets <module>_bodies to files that compile the bodies in
# offload/<module>/<name>-inl.hpp, each header as a file of its own.
function(offload_bodies_of module)
  set(sources "")
  foreach(name IN LISTS ARGN)
    set(source ${PROJECT_BINARY_DIR}/bodies/${module}/${name}.cpp)
    file(CONFIGURE OUTPUT ${source} CONTENT "#include <offload/${module}/${name}-inl.hpp>\n" @ONLY)
    list(APPEND sources ${source})
  endforeach()
  set(${module}_bodies ${sources} PARENT_SCOPE)
endfunction()

# offload_add_bodies(<module> <name>...): adds these headers to offload::<module>, which compiles the
# bodies in them once.
function(offload_add_bodies module)
  offload_bodies_of(${module} ${ARGN})
  list(TRANSFORM ARGN REPLACE "(.+)" "include/offload/${module}/\\1-inl.hpp" OUTPUT_VARIABLE headers)
  target_sources(offload_${module} PRIVATE ${${module}_bodies} PUBLIC FILE_SET HEADERS FILES ${headers})
endfunction()
