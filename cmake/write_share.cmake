# Writes what goes into share/ beside the command, by asking the command for it. Run by
# cli/CMakeLists.txt with OFFLOAD, the command, and FOLDER.
function(offload_write file)
  cmake_path(GET file PARENT_PATH folder)
  file(MAKE_DIRECTORY ${FOLDER}/${folder})
  execute_process(COMMAND ${OFFLOAD} ${ARGN} OUTPUT_FILE ${FOLDER}/${file}
                  COMMAND_ERROR_IS_FATAL ANY)
endfunction()
offload_write(bash-completion/completions/offload completions bash)
offload_write(fish/vendor_completions.d/offload.fish completions fish)
offload_write(zsh/site-functions/_offload completions zsh)
offload_write(man/man1/offload.1 man)
offload_write(offload/offload.schema.json schema)
