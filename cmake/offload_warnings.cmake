# Warnings for Offload's own targets; errors only in our own builds, never in a user's.
function(offload_set_warnings target)
  # With optimisation, GCC 12 sees uninitialized members in moved optionals and variants, and overlaps
  # in assignments of single characters to strings, where there are none.
  set(old_gcc $<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>)
  # With an older standard library, Clang 19 warns of what std::stable_sort itself uses.
  set(clang $<CXX_COMPILER_ID:Clang>)
  # Files that are compiled together may use a name of one as a parameter in another.
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow
    $<${old_gcc}:-Wno-maybe-uninitialized> $<${old_gcc}:-Wno-restrict>
    $<${clang}:-Wno-deprecated-declarations>
    $<$<BOOL:${OFFLOAD_UNITY_BUILD}>:-Wno-shadow>
    $<$<BOOL:${OFFLOAD_WERROR}>:-Werror>)
endfunction()
