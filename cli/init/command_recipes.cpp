// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "init/command_recipes.hpp"

#include <string_view>

#include "init/toml_text.hpp"

namespace offload {
namespace {

constexpr std::string_view whole_command_section = R"(
# As it stands, all tests are one, which passes when the command succeeds. To have Offload spread
# them, let discover_command print one test id a line, and let run_command run only {tests} and
# write JUnit XML to {result_file}.
[framework]
type = "default"
discover_command = "echo all_tests # {filters}"
run_command = )";

// docs/recipes.md shows these as they are in tests/projects/recipes, and a test holds them
// together.
constexpr std::string_view go_section = R"(
# A test is known as `package Test`. A package that does not build, or does not list its tests, is a
# test of its own.
[framework]
type = "default"
discover_command = '''
go test -list '^(Test|Example|Fuzz)' {filters} | awk '
  NF == 1 && /^(Test|Example|Fuzz)/ { names[n++] = $1; next }
  !/^(ok|FAIL|\?)[ \t]/ && /(Test|Example|Fuzz)[^ \t]*[ \t]*$/ { hidden = 1 }  # behind other output
  $1 == "ok" { if (hidden) print $2; else for (i = 0; i < n; i++) print $2, names[i] }
  $1 == "FAIL" && NF > 1 { print $2 }
  /^(ok|FAIL)/ { n = hidden = 0; found = 1 }
  END { exit !found }'
'''
run_command = '''
printf '%s\n' {tests} | awk '
  { names[$1] = names[$1] "|" $2 }
  END { for (package in names) {
          names[package] = names[package] == "|" ? "." : "^(" substr(names[package], 2) ")$"
          print package, names[package] } }' | {
  while read -r package names; do
    go test -json -count=1 -parallel=1 -run "$names" "$package" </dev/null || failed=1
  done
  exit ${failed:-0}
}
'''
result_format = "go-json"
test_id_format = "{classname} {name}"
)";

constexpr std::string_view jest_listing = R"(
# A test file is a test here.
[framework]
type = "default"
discover_command = '''
files=$(npx jest --listTests {filters}) || exit
printf '%s\n' "$files" | while read -r file; do echo "${file#"$PWD"/}"; done
'''
)";

constexpr std::string_view jest_running = R"(run_command = "npx jest --ci --runTestsByPath {tests}"
test_id_format = "{name}"
)";

constexpr std::string_view jest_junit_running = R"(run_command = '''
export JEST_JUNIT_CLASSNAME='{filepath}' JEST_JUNIT_REPORT_TEST_SUITE_ERRORS=true
JEST_JUNIT_OUTPUT_FILE={result_file} npx jest --ci --reporters=default --reporters=jest-junit \
  --runTestsByPath {tests}
'''
test_id_format = "{classname}"
)";

std::string with_jest_command(std::string text, std::string_view command) {
  constexpr std::string_view shown = "npx jest";
  for (auto at = text.find(shown); at != text.npos; at = text.find(shown, at + command.size())) {
    text.replace(at, shown.size(), command);
  }
  return text;
}

}  // namespace

std::string command_framework_text(init_choices const& choices) {
  switch (choices.recipe) {
    case command_recipe::whole_command: break;
    case command_recipe::go: return std::string{go_section};
    case command_recipe::jest:
      return with_jest_command(std::string{jest_listing}.append(jest_running),
                               choices.jest_command);
    case command_recipe::jest_junit:
      return with_jest_command(std::string{jest_listing}.append(jest_junit_running),
                               choices.jest_command);
  }
  return std::string{whole_command_section} + toml_quoted(choices.whole_test_command) +
         "\ntest_id_format = \"{name}\"\n";
}

}  // namespace offload
