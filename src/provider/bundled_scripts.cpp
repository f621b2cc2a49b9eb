// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/provider/bundled_scripts.hpp>

#include <offload/core/contents_of.hpp>
#include <offload/process/unique_fd.hpp>
#include <offload/provider/command_template.hpp>

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

namespace offload {
namespace embedded {
std::string_view modal_sandbox();
std::string_view modal_dockerfile();
std::string_view modal_images();
std::string_view modal_sandboxes();
std::string_view modal_serve();
std::string_view modal_trouble();
}  // namespace embedded

namespace {

namespace fs = std::filesystem;

struct bundled_file {
  std::string_view name;
  std::string_view (*text)();
};

constexpr std::string_view modal_script = "modal_sandbox.py";
/// The script, and what it imports from beside it.
constexpr std::array files{
    bundled_file{modal_script, embedded::modal_sandbox},
    bundled_file{"offload_modal_dockerfile.py", embedded::modal_dockerfile},
    bundled_file{"offload_modal_images.py", embedded::modal_images},
    bundled_file{"offload_modal_sandboxes.py", embedded::modal_sandboxes},
    bundled_file{"offload_modal_serve.py", embedded::modal_serve},
    bundled_file{"offload_modal_trouble.py", embedded::modal_trouble},
};

bool holds(fs::path const& path, std::string_view text) {
  return contents_of(path.string()) == text && ::access(path.c_str(), X_OK) == 0;
}

tl::unexpected<error> cannot_write(fs::path const& path, std::string_view why) {
  return tl::unexpected(error{errc::io, fmt::format("cannot write {}: {}", path.string(), why),
                              "set XDG_CACHE_HOME to a folder that can be written to"});
}

/// By a rename: another run may be reading it, or writing the same.
result<void> lay(fs::path const& path, std::string_view text) {
  if (holds(path, text)) { return {}; }
  std::string making = path.string() + ".XXXXXX";
  if (!unique_fd{::mkstemp(making.data())}) { return cannot_write(path, std::strerror(errno)); }
  std::ofstream file{making, std::ios::binary};
  file << text;
  file.close();
  if (!file || ::chmod(making.c_str(), 0755) != 0 || ::rename(making.c_str(), path.c_str()) != 0) {
    auto const failed = cannot_write(path, std::strerror(errno));
    ::unlink(making.c_str());
    return failed;
  }
  return {};
}

}  // namespace

fs::path bundled_scripts_folder() {
  auto const variable = [](char const* name) {
    char const* const value = std::getenv(name);
    return fs::path{value != nullptr ? value : ""};
  };
  auto base = variable("XDG_CACHE_HOME");
#ifdef __APPLE__
  auto const usual = fs::path{"Library"} / "Caches";
#else
  fs::path const usual{".cache"};
#endif
  if (base.is_relative()) { base = variable("HOME") / usual; }
  if (base.is_relative()) {
    base = fs::temp_directory_path() / fmt::format("offload-cache-{}", ::getuid());
  }
  return base / "offload" / "scripts";
}

result<void> lay_bundled_scripts(fs::path const& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) { return cannot_write(folder, failed.message()); }
  for (auto const& each : files) {
    if (auto const laid = lay(folder / each.name, each.text()); !laid) { return laid; }
  }
  return {};
}

result<std::string> with_bundled_scripts(std::string_view command, fs::path const& folder) {
  std::array const scripts{filling{modal_script, (folder / modal_script).string()}};
  return with_scripts(command, scripts);
}

}  // namespace offload
