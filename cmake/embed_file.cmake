# Writes OUTPUT, a C++ source that holds the bytes of INPUT. Run by offload_embed().
file(READ ${INPUT} bytes HEX)
string(REPEAT "[0-9a-f][0-9a-f]" 16 line)
string(REGEX REPLACE "(${line})" "\\1\n" bytes "${bytes}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
file(WRITE ${OUTPUT} "#include <string_view>
namespace offload::embedded {
std::string_view ${NAME}();
std::string_view ${NAME}() {
  static constexpr char bytes[] = {
${bytes}'\\0'};
  return {bytes, sizeof bytes - 1};
}
}  // namespace offload::embedded
")
