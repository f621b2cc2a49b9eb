# offload_embed(<target> <file> <name>): compiles a text file into <target> as
# `std::string_view offload::embedded::<name>()`.
function(offload_embed target file name)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/embedded/${name}.cpp)
  set(input ${CMAKE_CURRENT_SOURCE_DIR}/${file})
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DINPUT=${input} -DOUTPUT=${output} -DNAME=${name}
            -P ${PROJECT_SOURCE_DIR}/cmake/embed_file.cmake
    DEPENDS ${input} ${PROJECT_SOURCE_DIR}/cmake/embed_file.cmake
    VERBATIM)
  set_source_files_properties(${output} PROPERTIES UNITY_GROUP embedded)
  target_sources(${target} PRIVATE ${output})
endfunction()
