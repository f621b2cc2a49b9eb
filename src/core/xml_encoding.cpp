// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/xml_encoding.hpp>

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <memory>

namespace offload {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view replacement = "\xEF\xBF\xBD";
constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";

struct known_beginning {
  std::string_view bytes;
  std::string_view encoding;
  std::size_t mark;  ///< bytes before the text
};
// The longer ones first: that of UTF-32 begins like that of UTF-16.
constexpr std::array beginnings{known_beginning{"\xFF\xFE\0\0"sv, "UTF-32LE", 4},
                                known_beginning{"\0\0\xFE\xFF"sv, "UTF-32BE", 4},
                                known_beginning{"\xFF\xFE"sv, "UTF-16LE", 2},
                                known_beginning{"\xFE\xFF"sv, "UTF-16BE", 2},
                                known_beginning{"<\0"sv, "UTF-16LE", 0},
                                known_beginning{"\0<"sv, "UTF-16BE", 0}};

/// The encoding of the declaration, in lower case; empty: there is none.
std::string declared_encoding(std::string_view xml) {
  xml = xml.substr(0, xml.find("?>"));
  auto const begin = xml.find_first_not_of(" \t\r\n");
  if (begin == xml.npos || !xml.substr(begin).starts_with("<?xml")) { return {}; }
  auto const key = xml.find("encoding");
  auto const quote = xml.find_first_of("\"'", std::min(key, xml.size()));
  if (quote == xml.npos) { return {}; }
  std::string name{xml.substr(quote + 1, xml.find(xml[quote], quote + 1) - quote - 1)};
  std::ranges::transform(name, name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return name;
}

/// Where the declaration can be read, the bytes are not those of UTF-16: .NET writes that of the
/// string that it had.
bool is_readable_as_it_is(std::string_view declared) {
  return declared.empty() || declared.starts_with("utf-8") || declared == "utf8" ||
         declared == "us-ascii" || declared == "ascii" || declared.starts_with("utf-16") ||
         declared.starts_with("utf-32");
}

struct close_converter {
  void operator()(void* converter) const { ::iconv_close(converter); }
};

result<std::string_view> converted(std::string_view text, std::string const& from,
                                   std::string& to) {
  auto* const opened = ::iconv_open("UTF-8", from.c_str());
  if (opened == reinterpret_cast<iconv_t>(-1)) {
    return fail(errc::io, "its encoding `{}` is not known here", from);
  }
  std::unique_ptr<void, close_converter> const converter{opened};
  to.clear();
  std::array<char, 4096> buffer{};
  auto* in = const_cast<char*>(text.data());  // iconv does not write there
  auto left = text.size();
  while (left > 0) {
    auto* out = buffer.data();
    auto room = buffer.size();
    errno = 0;
    bool const failed =
        ::iconv(converter.get(), &in, &left, &out, &room) == static_cast<std::size_t>(-1);
    auto const reason = errno;
    to.append(buffer.data(), buffer.size() - room);
    if (!failed || reason == E2BIG) { continue; }
    if (reason == EINVAL) { break; }  // the text is cut off within a character
    to += replacement;
    ++in;
    --left;
  }
  return to;
}

}  // namespace

result<std::string_view> xml_as_utf8(std::string_view xml, std::string& scratch) {
  for (auto const& known : beginnings) {
    if (xml.starts_with(known.bytes)) {
      return converted(xml.substr(known.mark), std::string{known.encoding}, scratch);
    }
  }
  if (xml.starts_with(utf8_mark)) { xml.remove_prefix(utf8_mark.size()); }
  auto const declared = declared_encoding(xml);
  if (is_readable_as_it_is(declared)) { return xml; }
  return converted(xml, declared, scratch);
}

}  // namespace offload
