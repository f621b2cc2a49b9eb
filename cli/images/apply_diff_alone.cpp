// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
//
// `offload apply-diff` as a program of its own: linked statically, it runs in an image that has
// neither Offload nor git nor a C library.
#include <offload/image/apply_patch.hpp>

#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

namespace {

using offload::errc;

constexpr char const* usage =
    "usage: offload-apply-diff PATCH [--project-root DIR]\n\n"
    "Applies a git patch to the files in DIR (.), all of it or nothing. PATCH - is the standard\n"
    "input. Exit codes: 0 applied, 1 refused or failed, and then nothing was changed.\n";

struct options {
  std::string patch;
  std::string project_root = ".";
};

offload::result<options> read_options(int argc, char** argv) {
  constexpr std::string_view root = "--project-root";
  options read;
  for (int i = 1; i < argc; ++i) {
    std::string_view const word = argv[i];
    if (word == root && i + 1 < argc) {
      read.project_root = argv[++i];
    } else if (word.starts_with(root) && word.substr(root.size()).starts_with('=')) {
      read.project_root = word.substr(root.size() + 1);
    } else if (read.patch.empty() && !word.empty() && (word == "-" || word.front() != '-')) {
      read.patch = word;
    } else {
      return offload::fail(errc::invalid_usage, "cannot use the argument '{}'\n{}", word, usage);
    }
  }
  if (read.patch.empty()) {
    return offload::fail(errc::invalid_usage, "no patch given\n{}", usage);
  }
  return read;
}

int apply(int argc, char** argv) {
  auto const applied = read_options(argc, argv).and_then([](options const& read) {
    return offload::apply_patch_file(read.patch, read.project_root);
  });
  if (!applied) {
    std::fprintf(stderr, "Error: %s\n", to_string(applied.error()).c_str());
    return 1;
  }
  std::printf("Applied %zu change%s.\n", *applied, *applied == 1 ? "" : "s");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && (std::string_view{argv[1]} == "--help" || std::string_view{argv[1]} == "-h")) {
    std::fputs(usage, stdout);
    return 0;
  }
  try {
    return apply(argc, argv);
  } catch (std::exception const& e) {  // there is no memory
    std::fprintf(stderr, "Error: %s\n", e.what());
    return 1;
  }
}
