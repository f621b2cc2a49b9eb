# Writes OUTPUT, a C++ source that takes in the bytes of INPUT when it is assembled. Run by
# offload_add_applier().
file(WRITE ${OUTPUT} "#include <offload/image/applier_program.hpp>
#include <cstddef>
asm(R\"(
  .pushsection .rodata
  .balign 16
offload_applier_begin:
  .incbin \"${INPUT}\"
offload_applier_end:
  .balign 8
  .globl offload_applier_size
offload_applier_size:
  .quad offload_applier_end - offload_applier_begin
  .globl offload_applier_bytes
  .set offload_applier_bytes, offload_applier_begin
  .popsection
)\");
extern \"C\" {
extern char const offload_applier_bytes[];
extern unsigned long long const offload_applier_size;
}
std::string_view offload::applier_program() {
  return {offload_applier_bytes, static_cast<std::size_t>(offload_applier_size)};
}
")
