// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/ids.hpp>
#include <offload/core/outcome.hpp>
#include <offload/core/run_event.hpp>
#include <offload/core/time.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

/// The data of a run that its page needs. Times count from the start of the run.
namespace offload {

/// Texts by number, equal ones once. Number 0 is the empty one.
class text_store {
 public:
  text_store() = default;
  text_store(text_store&&) = default;
  text_store& operator=(text_store&&) = default;

  std::uint32_t add(std::string_view text);

  [[nodiscard]] std::string const& operator[](std::uint32_t number) const { return all_[number]; }
  [[nodiscard]] std::deque<std::string> const& all() const { return all_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  std::deque<std::string> all_{std::string{}};  ///< a string never moves, so views of it stay good
  std::unordered_map<std::string_view, std::uint32_t> numbers_{{std::string_view{}, 0U}};
  std::size_t bytes_ = 0;
};

struct page_sandbox {
  std::string name;
  seconds asked_for{};
  seconds up{};
  std::optional<seconds> down{};
  std::string trouble{};  ///< why it was lost
};

struct page_batch {
  batch_id id{};
  std::uint32_t sandbox{};  ///< its place among the sandboxes
  seconds began{};
  std::optional<seconds> ended{};
  batch_end how = batch_end::cancelled;
  std::string why{};
};

struct page_attempt {
  test_index test{};
  unsigned number{};
  std::uint32_t batch{};  ///< its place among the batches
  outcome ended = outcome::passed;
  seconds began{};
  seconds until{};
  seconds duration{};
  // Numbers of texts:
  std::uint32_t message{};
  std::uint32_t text{};
  std::uint32_t out{};
  std::uint32_t err{};
};

struct page_record {
  seconds length{};  ///< until everything was over
  text_store texts{};
  std::vector<page_sandbox> sandboxes{};
  std::vector<page_batch> batches{};
  std::vector<page_attempt> attempts{};
  std::vector<std::string> troubles{};  ///< sandboxes that could not be made, and warnings
};

}  // namespace offload
