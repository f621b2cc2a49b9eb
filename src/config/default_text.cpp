// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/config/default_text.hpp>

#include <fmt/core.h>

#include <string_view>

namespace offload {
namespace {

constexpr std::string_view run_section =
    R"(# How Offload runs the tests of this project. To check it: offload validate

[offload]
max_parallel = {:<11}  # sandboxes at once
test_timeout_secs = 900     # for one batch of tests
sandbox_repo_root = {:<6}  # where the project is in a sandbox
)";

constexpr std::string_view local_section = R"(
# Sandboxes are processes of this machine, which share this folder.
[provider]
type = "local"
)";

constexpr std::string_view custom_provider_section = R"(
# Sandboxes are what these shell commands make of them: here each is a copy of this folder. With
# containers it would be, for example:
#   sandbox_repo_root = "/app" (above)
#   create_command = 'docker run --detach --rm --volume "$PWD:/app" IMAGE sleep infinity'
#   exec_command = "docker exec {sandbox_id} sh -c {command}"
#   destroy_command = "docker rm --force {sandbox_id}"
[provider]
type = "default"
create_command = 'copy=$(mktemp -d) && cp -a . "$copy" && echo "$copy"'
exec_command = "cd {sandbox_id} && sh -c {command}"
destroy_command = "rm -rf {sandbox_id}"
download_command = 'for pair in {paths}; do cp -a "${pair%%:*}" "${pair#*:}" || exit; done'
)";

constexpr std::string_view modal_section = R"(
# Sandboxes are in Modal's cloud; `uv` and a Modal account are needed.
[provider]
type = "modal"
{}
cpu_cores = 1
memory_gb = 2
)";

constexpr std::string_view pytest_section = R"(
[framework]
type = "pytest"
command = {}
)";

constexpr std::string_view nextest_section = R"(
[framework]
type = "nextest"
)";

constexpr std::string_view vitest_section = R"(
[framework]
type = "vitest"
command = "npx vitest"
)";

constexpr std::string_view ctest_section = R"(
[framework]
type = "ctest"
build_dir = {}  # configured and built there before the run
)";

constexpr std::string_view custom_framework_section = R"(
# As it stands, all tests are one, which passes when the command succeeds. To have Offload spread
# them, let discover_command print one test id a line, and let run_command run only {{tests}} and
# write JUnit XML to {{result_file}}.
[framework]
type = "default"
discover_command = "echo all_tests # {{filters}}"
run_command = {}
test_id_format = "{{name}}"
)";

constexpr std::string_view groups_section = R"(
# Each group has its own tests and retries; there may be several.
[groups.all]
retry_count = 1  # a test that fails and then passes is flaky: exit code 2
filters = ""     # {}

[report]
output_dir = "test-results"  # junit.xml and logs; cleared before a run
)";

/// A TOML string of this text.
std::string quoted(std::string_view text) {
  std::string toml = "\"";
  for (char const c : text) {
    if (c == '"' || c == '\\') { toml += '\\'; }
    toml += c;
  }
  return toml + '"';
}

std::string provider_text(init_choices const& choices) {
  switch (choices.provider) {
    case provider_kind::local: return std::string{local_section};
    case provider_kind::custom: return std::string{custom_provider_section};
    case provider_kind::modal:
      return fmt::format(modal_section, choices.dockerfile.empty()
                                            ? "include_cwd = true  # copy this folder to /app"
                                            : "dockerfile = " + quoted(choices.dockerfile));
  }
  return {};
}

std::string framework_text(init_choices const& choices) {
  switch (choices.framework) {
    case framework_kind::pytest: return fmt::format(pytest_section, quoted(choices.pytest_command));
    case framework_kind::nextest: return std::string{nextest_section};
    case framework_kind::vitest: return std::string{vitest_section};
    case framework_kind::ctest: return fmt::format(ctest_section, quoted(choices.ctest_build_dir));
    case framework_kind::custom:
      return fmt::format(custom_framework_section, quoted(choices.whole_test_command));
  }
  return {};
}

std::string_view filter_example(framework_kind framework) {
  switch (framework) {
    case framework_kind::pytest: return "all; or for example \"-m 'not slow'\"";
    case framework_kind::nextest: return "all; or for example \"-E 'not test(slow)'\"";
    case framework_kind::vitest: return "all; or for example \"src/api\"";
    case framework_kind::ctest: return "all; or for example \"--label-exclude slow\"";
    case framework_kind::custom: return "what stands for {filters} in discover_command";
  }
  return "all";
}

}  // namespace

std::string default_config_text(init_choices const& choices) {
  bool const remote = choices.provider == provider_kind::modal;
  auto text = fmt::format(run_section, remote ? 10 : 4, remote ? R"("/app")" : R"(".")");
  text += provider_text(choices);
  text += framework_text(choices);
  text += fmt::format(groups_section, filter_example(choices.framework));
  return text;
}

}  // namespace offload
