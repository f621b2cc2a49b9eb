// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "init/default_text.hpp"

#include <fmt/format.h>

#include <string_view>

#include "init/command_recipes.hpp"
#include "init/toml_text.hpp"

namespace offload {
namespace {

constexpr std::string_view run_section =
    R"(# How Offload runs the tests of this project. To check it: offload validate

[offload]
max_parallel = {:<11}  # sandboxes at once
test_timeout_secs = 900     # the longest time without a finished test
sandbox_repo_root = {:<6}  # where the project is in a sandbox
)";

constexpr std::string_view local_section = R"(
# Sandboxes are processes of this machine, which share this folder.
[provider]
type = "local"
)";

constexpr std::string_view shell_provider_section = R"(
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
command = {}
)";

constexpr std::string_view ctest_section = R"(
[framework]
type = "ctest"
build_dir = {}  # configured and built there before the run
)";

constexpr std::string_view groups_section = R"(
# Each group has its own tests and retries; there may be several.
[groups.all]
{:<{}}  # a test that fails and then passes is flaky: exit code 2
filters = {}  # {}

[report]
output_dir = {}  # junit.xml and logs; cleared before a run
)";

std::string provider_text(init_choices const& choices) {
  switch (choices.provider) {
    case provider_kind::local: return std::string{local_section};
    case provider_kind::shell: return std::string{shell_provider_section};
    case provider_kind::modal:
      return fmt::format(modal_section, choices.dockerfile.empty()
                                            ? "include_cwd = true  # copy this folder to /app"
                                            : "dockerfile = " + toml_quoted(choices.dockerfile));
  }
  return {};
}

std::string framework_text(init_choices const& choices) {
  switch (choices.framework) {
    case framework_kind::pytest:
      return fmt::format(pytest_section, toml_quoted(choices.pytest_command));
    case framework_kind::nextest: return std::string{nextest_section};
    case framework_kind::vitest:
      return fmt::format(vitest_section, toml_quoted(choices.vitest_command));
    case framework_kind::ctest:
      return fmt::format(ctest_section, toml_quoted(choices.ctest_build_dir));
    case framework_kind::command: return command_framework_text(choices);
  }
  return {};
}

struct first_filters {
  std::string_view value;  ///< as TOML
  std::string_view comment;
};

first_filters filters_for(init_choices const& choices) {
  switch (choices.framework) {
    case framework_kind::pytest: return {R"("")", "all; or for example \"-m 'not slow'\""};
    case framework_kind::nextest: return {R"("")", "all; or for example \"-E 'not test(slow)'\""};
    case framework_kind::vitest: return {R"("")", "all; or for example \"src/api\""};
    case framework_kind::ctest: return {R"("")", "all; or for example \"--label-exclude slow\""};
    case framework_kind::command: break;
  }
  switch (choices.recipe) {
    case command_recipe::go: return {R"("./...")", "packages"};
    case command_recipe::jest:
    case command_recipe::jest_junit: return {R"("")", "all; or for example \"src/api\""};
    case command_recipe::whole_command: break;
  }
  return {R"("")", "what stands for {filters} in discover_command"};
}

}  // namespace

std::string default_config_text(init_choices const& choices) {
  bool const remote = choices.provider == provider_kind::modal;
  auto text = fmt::format(run_section, remote ? 10 : 4, remote ? R"("/app")" : R"(".")");
  text += provider_text(choices);
  text += framework_text(choices);
  auto const filters = filters_for(choices);
  // Aligns the comments.
  auto const width = std::string_view{"filters = "}.size() + filters.value.size();
  text += fmt::format(groups_section, "retry_count = 1", width, filters.value, filters.comment,
                      toml_quoted(choices.output_dir));
  return text;
}

}  // namespace offload
