# Warnings for Offload's own targets; errors only in our own builds, never in a user's.
function(offload_set_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow
                                           $<$<BOOL:${OFFLOAD_WERROR}>:-Werror>)
endfunction()
