// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/image/binary_patch.hpp>

#include <offload/image/patch.hpp>

#include <zlib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>

namespace offload::image {
namespace {

using form = binary_change::form;

constexpr std::string_view alphabet =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";

constexpr std::array<std::int8_t, 256> make_digits() {
  std::array<std::int8_t, 256> digits{};
  digits.fill(-1);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    digits[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
  }
  return digits;
}
constexpr auto digits = make_digits();

/// How many bytes a line holds, by its first letter: A to Z are 1 to 26, a to z 27 to 52.
std::size_t length_of(char letter) {
  if (letter >= 'A' && letter <= 'Z') { return static_cast<std::size_t>(letter - 'A') + 1; }
  if (letter >= 'a' && letter <= 'z') { return static_cast<std::size_t>(letter - 'a') + 27; }
  return 0;
}

/// Adds four bytes for each five letters, but no more than `length` in all.
bool decode_base85(std::string_view line, std::size_t length, std::string& out) {
  for (; !line.empty(); line.remove_prefix(5)) {
    std::uint64_t value = 0;
    for (char const letter : line.substr(0, 5)) {
      auto const digit = digits[static_cast<unsigned char>(letter)];
      if (digit < 0) { return false; }
      value = value * 85 + static_cast<std::uint64_t>(digit);
    }
    if (value > std::numeric_limits<std::uint32_t>::max()) { return false; }
    for (int shift = 24; shift >= 0 && length > 0; shift -= 8, --length) {
      out += static_cast<char>(value >> shift & 0xff);
    }
  }
  return true;
}

bool decode_line(std::string_view line, std::string& out) {
  auto const length = length_of(line.front());
  line.remove_prefix(1);
  if (length == 0 || line.size() != (length + 3) / 4 * 5) { return false; }
  return decode_base85(line, length, out);
}

result<binary_change> read_block(patch_lines& lines) {
  binary_change change;
  auto size = after(lines.next(), "literal ");
  if (!size) {
    size = after(lines.next(), "delta ");
    change.is = form::delta;
  }
  if (!size) { return wrong_line(lines.number(), "expected `literal N` or `delta N`"); }
  auto const [end, wrong] = std::from_chars(size->data(), size->data() + size->size(), change.size);
  if (wrong != std::errc{} || end != size->data() + size->size()) {
    return wrong_line(lines.number(), "expected a size in bytes");
  }
  for (lines.advance(); !lines.done() && !lines.next().empty(); lines.advance()) {
    if (!decode_line(lines.next(), change.deflated)) {
      return wrong_line(lines.number(), "this is not a line of binary data");
    }
  }
  if (lines.done()) { return wrong_line(lines.number(), "the binary data is cut off"); }
  lines.advance();
  return change;
}

/// Owns zlib's state.
class inflation {
 public:
  explicit inflation(std::string& input) {
    stream_.next_in = reinterpret_cast<Bytef*>(input.data());
    stream_.avail_in = static_cast<uInt>(input.size());
    ready_ = inflateInit(&stream_) == Z_OK;
  }
  inflation(inflation const&) = delete;
  inflation& operator=(inflation const&) = delete;
  ~inflation() {
    if (ready_) { inflateEnd(&stream_); }
  }

  /// Fills `out`, which may be left shorter; false when the data is broken.
  bool fill(std::string& out) {
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(out.size());
    auto const status = ready_ ? inflate(&stream_, Z_NO_FLUSH) : Z_MEM_ERROR;
    ended_ = status == Z_STREAM_END && stream_.avail_in == 0;
    out.resize(out.size() - stream_.avail_out);
    return ended_ || (status == Z_OK && !out.empty());
  }
  [[nodiscard]] bool ended() const { return ended_; }

 private:
  z_stream stream_{};
  bool ready_ = false;
  bool ended_ = false;
};

/// The inflated bytes. They are taken in pieces, since the size in the patch may be a lie.
result<std::string> inflated(binary_change const& change) {
  std::string input = change.deflated;
  if (input.size() > std::numeric_limits<uInt>::max()) {
    return fail(errc::patch, "the binary data is too large");
  }
  inflation from{input};
  std::string all;
  std::string piece;
  while (!from.ended() && all.size() <= change.size) {
    piece.resize(256 * 1024);
    if (!from.fill(piece)) { return fail(errc::patch, "the compressed data is damaged"); }
    all += piece;
  }
  if (all.size() != change.size) {
    return fail(errc::patch, "the binary data does not have the announced size of {} bytes",
                change.size);
  }
  return all;
}

/// Reads git's pack deltas: two sizes, then copies from the old contents and insertions.
class delta_reader {
 public:
  explicit delta_reader(std::string_view delta) : rest_{delta} {}

  [[nodiscard]] bool done() const { return rest_.empty(); }
  [[nodiscard]] bool broken() const { return broken_; }

  std::uint64_t size() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 63; shift += 7) {
      auto const next = byte();
      value |= std::uint64_t{next & 0x7fu} << shift;
      if ((next & 0x80u) == 0) { return value; }
    }
    broken_ = true;
    return 0;
  }

  /// Adds what the next instruction says to `out`.
  void step(std::string_view old_contents, std::string& out) {
    unsigned const code = byte();
    if ((code & 0x80u) == 0) {
      if (code == 0 || code > rest_.size()) { broken_ = true; }
      auto const length = std::min<std::size_t>(code, rest_.size());
      out += rest_.substr(0, length);
      rest_.remove_prefix(length);
      return;
    }
    std::size_t const offset = parts(code, 4);
    std::size_t const given = parts(code >> 4, 3);
    std::size_t const length = given == 0 ? 0x10000 : given;
    if (offset > old_contents.size() || length > old_contents.size() - offset) {
      broken_ = true;
    } else {
      out += old_contents.substr(offset, length);
    }
  }

 private:
  unsigned byte() {
    if (rest_.empty()) {
      broken_ = true;
      return 0;
    }
    auto const value = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return value;
  }

  /// A number of which only the bytes that are marked in `present` follow.
  std::size_t parts(unsigned present, unsigned most) {
    std::size_t value = 0;
    for (unsigned i = 0; i < most; ++i) {
      if ((present >> i & 1u) != 0) { value |= std::size_t{byte()} << (8 * i); }
    }
    return value;
  }

  std::string_view rest_;
  bool broken_ = false;
};

result<std::string> apply_delta(std::string_view delta, std::string_view old_contents) {
  delta_reader reader{delta};
  if (auto const size = reader.size(); size != old_contents.size()) {
    return fail(errc::patch, "it has {} bytes, but the patch was made from {} bytes",
                old_contents.size(), size);
  }
  auto const size = reader.size();
  std::string out;
  while (!reader.done() && !reader.broken() && out.size() <= size) {
    reader.step(old_contents, out);
  }
  if (reader.broken() || out.size() != size) {
    return fail(errc::patch, "its binary delta is damaged");
  }
  return out;
}

}  // namespace

result<binary_change> read_binary_change(patch_lines& lines) {
  auto change = read_block(lines);
  if (!change || !(lines.next_is("literal ") || lines.next_is("delta "))) { return change; }
  if (auto const reverse = read_block(lines); !reverse) { return tl::unexpected{reverse.error()}; }
  return change;
}

result<std::string> apply_binary_change(binary_change const& change,
                                        std::string_view old_contents) {
  auto bytes = inflated(change);
  if (!bytes || change.is == form::literal) { return bytes; }
  return apply_delta(*bytes, old_contents);
}

}  // namespace offload::image
