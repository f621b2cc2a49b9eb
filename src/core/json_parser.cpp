// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/json.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace offload {
namespace {

/// The end of a value may be reached level by level only, so the stack bounds the levels.
constexpr std::size_t most_levels = 500;

/// Builds a value from what nlohmann's parser meets. A call that returns false ends the parsing.
class json_builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  [[nodiscard]] json take() && { return std::move(root_); }

  bool null() override { return add({}); }
  bool boolean(bool flag) override { return add(flag); }
  bool number_integer(number_integer_t number) override { return add(number); }
  bool number_unsigned(number_unsigned_t number) override { return add(number); }
  bool number_float(number_float_t number, string_t const& /*as_written*/) override {
    return add(number);
  }
  bool string(string_t& text) override { return add(std::move(text)); }
  bool binary(binary_t& /*bytes*/) override { return false; }  // JSON has none

  bool start_object(std::size_t /*members*/) override { return open(json::object{}); }
  bool key(string_t& name) override {
    name_ = std::move(name);
    return true;
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t /*items*/) override { return open(json::list{}); }
  bool end_array() override { return close(); }

  bool parse_error(std::size_t /*place*/, std::string const& /*token*/,
                   nlohmann::detail::exception const& /*why*/) override {
    return false;
  }

 private:
  bool add(json value) {
    put(std::move(value));
    return true;
  }
  bool open(json container) {
    if (open_.size() == most_levels) { return false; }
    open_.push_back(&put(std::move(container)));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }
  /// Where the value is then; it stays there while nothing is added beside it.
  json& put(json value) {
    if (open_.empty()) { return root_ = std::move(value); }
    return open_.back()->is_object() ? open_.back()->append(std::move(name_), std::move(value))
                                     : open_.back()->append(std::move(value));
  }

  json root_;
  std::vector<json*> open_;  ///< containers, the innermost last
  std::string name_;         ///< of the member that comes next
};

}  // namespace

json parse_json(std::string_view text, json_comments comments) {
  json_builder builder;
  bool const whole = nlohmann::json::sax_parse(text, &builder, nlohmann::json::input_format_t::json,
                                               true, comments == json_comments::skipped);
  return whole ? std::move(builder).take() : json{};
}

}  // namespace offload
