// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/offload.hpp>

#include <filesystem>

/// A local sandbox that runs its commands in a copy of the project.
class copied_sandbox {
 public:
  static constexpr bool accepts_input = true;  // so that frameworks can keep a warm worker in it

  copied_sandbox(offload::local_sandbox inside, offload::temp_folder copy)
      : copy_{std::move(copy)}, inside_{std::move(inside)} {}

  [[nodiscard]] offload::sandbox_id const& id() const { return inside_.id(); }
  [[nodiscard]] std::string files() const { return inside_.files(); }

  [[nodiscard]] auto start(offload::command c, offload::input with) {
    // A relative folder is meant to be one of the project's.
    c.working_dir = (copy_.path() / c.working_dir).string();
    return inside_.start(c, with);
  }

 private:
  offload::temp_folder copy_;      // removed last:
  offload::local_sandbox inside_;  // its end is the end of the processes in the copy
};
static_assert(offload::Sandbox<copied_sandbox>);

/// Gives each sandbox a copy of `project`, for tests that write to their own folder.
class copying_provider {
 public:
  static constexpr std::string_view name = "copies";

  explicit copying_provider(std::filesystem::path project) : project_{std::move(project)} {}

  [[nodiscard]] offload::result<copied_sandbox> create(offload::sandbox_spec const& spec,
                                                       std::stop_token stop) {
    auto copy = offload::temp_folder::make();
    if (!copy) { return tl::unexpected(copy.error()); }
    std::error_code failed;
    std::filesystem::copy(
        project_, copy->path(),
        std::filesystem::copy_options::recursive | std::filesystem::copy_options::copy_symlinks,
        failed);
    if (failed) {
      return offload::fail(offload::errc::sandbox, "cannot copy {}: {}", project_.string(),
                           failed.message());
    }
    return local_.create(spec, stop).map([&](offload::local_sandbox inside) {
      return copied_sandbox{std::move(inside), std::move(*copy)};
    });
  }

 private:
  std::filesystem::path project_;
  offload::local_provider local_;  // `create` of both may be called from several threads at once
};
static_assert(offload::Provider<copying_provider>);

int main(int argc, char** argv) {
  if (argc != 2) { return 1; }
  offload::stop_signals const signals;
  offload::runner copies{copying_provider{argv[1]}, offload::pytest_framework{{}},
                         offload::summary_reporter{}};
  copies.discover_in({.working_dir = argv[1]});
  auto const outcome =
      copies.run({.groups = {{.name = "all"}}, .max_parallel = 2}, signals.token());
  if (!outcome) { fmt::print(stderr, "Error: {}\n", offload::to_string(outcome.error())); }
  return outcome ? offload::exit_code(outcome->summary()) : 1;
}
