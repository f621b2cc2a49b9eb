# offload_add_bodies(<target> <module> <name>...): adds the headers offload/<module>/<name>-inl.hpp
# to <target>, which compiles the bodies in them once, each header as a file of its own.
function(offload_add_bodies target module)
  foreach(name IN LISTS ARGN)
    set(header offload/${module}/${name}-inl.hpp)
    set(source ${PROJECT_BINARY_DIR}/bodies/${module}/${name}.cpp)
    file(CONFIGURE OUTPUT ${source} CONTENT "#include <${header}>\n" @ONLY)
    target_sources(${target} PRIVATE ${source} PUBLIC FILE_SET HEADERS FILES include/${header})
  endforeach()
endfunction()
