// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <fmt/format.h>
#include <range/v3/range/conversion.hpp>
#include <range/v3/view/transform.hpp>

#include <algorithm>

#include "command_line/outline.hpp"

namespace offload::cli {
namespace {

using words = std::vector<std::string>;

words names_of_parts(command_outline const& c) {
  return c.parts | ranges::views::transform(&command_outline::name) | ranges::to<words>();
}

/// The text in single quotes, where `quote` stands for one that is part of it.
std::string single_quoted(std::string_view text, std::string_view quote = "'\\''") {
  std::string safe = "'";
  for (char const c : text) {
    if (c == '\'') {
      safe += quote;
    } else {
      safe += c;
    }
  }
  return safe + "'";
}

// --- bash
// -----------------------------------------------------------------------------------------

constexpr std::string_view bash_frame =
    R"(# Completion of the command offload, for bash 4 and later. Made by: offload completions bash
_offload() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} command=offload expects='' word i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${{COMP_WORDS[i]}}
    if [[ $word == '=' ]]; then continue; fi  # of --option=value
    if [[ -n $expects ]]; then
      expects=''
      continue
    fi
    case "$command $word" in
{}    esac
  done
  if [[ $current == '=' ]]; then current=''; fi
  if [[ -z $expects && $current == -* ]]; then
    case $command in
{}    esac
  elif [[ -z $expects ]]; then
    case $command in
{}    esac
  fi
  COMPREPLY=()
  case $expects in
    'words '*) mapfile -t COMPREPLY < <(compgen -W "${{expects#words }}" -- "$current") ;;
    file)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$current")
      ;;
    folder)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -d -- "$current")
      ;;
  esac
}}
complete -F _offload offload
)";

/// The values that bash offers.
std::string bash_value(option_outline const& option) {
  switch (option.takes) {
    case value_kind::file: return "'file'";
    case value_kind::folder: return "'folder'";
    case value_kind::one_of:
      return single_quoted(fmt::format("words {}", fmt::join(option.words(), " ")));
    case value_kind::none:
    case value_kind::text: break;
  }
  return "'nothing'";
}

words flags_of(command_outline const& c) {
  words flags;
  for (auto const& option : c.options) {
    flags.insert(flags.end(), option.names.begin(), option.names.end());
  }
  return flags;
}

std::string bash_cases_of_options(command_outline const& c, std::string_view prefix) {
  std::string cases;
  for (auto const& option : c.options) {
    if (option.takes == value_kind::none || option.may_lack_value) { continue; }
    words patterns;
    for (auto const& name : option.names) {
      patterns.push_back(fmt::format("{} {}'", prefix, name));
    }
    cases +=
        fmt::format("      {}) expects={} ;;\n", fmt::join(patterns, " | "), bash_value(option));
  }
  return cases;
}

std::string bash_script(command_outline const& whole) {
  std::string steps;
  std::string flags;
  std::string first_words;
  for (auto const* c : all_commands(whole)) {
    bool const is_top = c == &whole;
    auto all_flags = flags_of(*c);
    if (!is_top) {
      steps += fmt::format("      '{0}') command='{0}' ;;\n", c->path);
      steps += bash_cases_of_options(*c, "'" + c->path);
      auto const common = flags_of(whole);
      all_flags.insert(all_flags.end(), common.begin(), common.end());
      std::ranges::sort(all_flags);
      all_flags.erase(std::ranges::unique(all_flags).begin(), all_flags.end());
    }
    auto const flag_words = single_quoted(fmt::format("words {}", fmt::join(all_flags, " ")));
    flags += fmt::format("      '{}') expects={} ;;\n", c->path, flag_words);
    auto const first =
        !c->parts.empty()
            ? single_quoted(fmt::format("words {}", fmt::join(names_of_parts(*c), " ")))
        : c->arguments.empty() ? flag_words
                               : bash_value(c->arguments.front());
    first_words += fmt::format("      '{}') expects={} ;;\n", c->path, first);
  }
  steps += bash_cases_of_options(whole, "*'");
  return fmt::format(bash_frame, steps, flags, first_words);
}

// --- zsh
// ------------------------------------------------------------------------------------------

/// The function of a command with parts: which of them, and then what it takes.
constexpr std::string_view zsh_parts =
    R"(  local curcontext="$curcontext" state line
  local -a parts=(
{}  )
  _arguments -C -s \
{}    '1:command:->part' '*::argument:->rest'
  case $state in
    part) _describe command parts ;;
    rest) (( $+functions[{}_$line[1]] )) && {}_$line[1] ;;
  esac
)";

std::string zsh_escaped(std::string_view text, std::string_view special) {
  std::string safe;
  for (char const c : text) {
    if (c == '\\' || special.find(c) != special.npos) { safe += '\\'; }
    safe += c;
  }
  return safe;
}

std::string zsh_value(option_outline const& option) {
  if (option.takes == value_kind::none) { return {}; }
  auto const& name = option.names.back();
  bool const is_argument = !name.starts_with('-');
  auto const what = is_argument                          ? name
                    : option.takes == value_kind::one_of ? name.substr(name.find_first_not_of('-'))
                                                         : zsh_escaped(option.value, ":");
  auto const action = option.takes == value_kind::file     ? "_files"
                      : option.takes == value_kind::folder ? "_files -/"
                      : option.takes == value_kind::one_of
                          ? fmt::format("({})", fmt::join(option.words(), " "))
                          : " ";
  return fmt::format("{}:{}:{}", option.may_lack_value ? ":" : "", what, action);
}

std::string zsh_options(command_outline const& c) {
  std::string specs;
  for (auto const& option : c.options) {
    auto const before = option.repeats ? "*" : fmt::format("({})", fmt::join(option.names, " "));
    for (auto const& name : option.names) {
      bool const is_long = name.starts_with("--") && option.takes != value_kind::none;
      auto const spec = fmt::format("{}{}{}[{}]{}", before, name, is_long ? "=" : "",
                                    zsh_escaped(option.meaning, "[]"), zsh_value(option));
      specs += fmt::format("    {} \\\n", single_quoted(spec));
    }
  }
  return specs;
}

std::string zsh_function(command_outline const& c, command_outline const& whole) {
  auto name = "_" + c.path;
  std::ranges::replace(name, ' ', '_');
  auto specs = zsh_options(c);
  if (&c != &whole) {
    command_outline common = whole;
    std::erase_if(common.options, [](auto const& o) { return o.names.back() == "--help"; });
    specs += zsh_options(common);
  }
  if (!c.parts.empty()) {
    std::string parts;
    for (auto const& part : c.parts) {
      parts += fmt::format("    {}\n", single_quoted(part.name + ":" + part.meaning));
    }
    return fmt::format("{}() {{\n", name) + fmt::format(zsh_parts, parts, specs, name, name) +
           "}\n\n";
  }
  for (auto const& argument : c.arguments) {
    specs += fmt::format("    {} \\\n",
                         single_quoted((argument.repeats ? "*" : "") + zsh_value(argument)));
  }
  return fmt::format("{}() {{\n  _arguments -s \\\n{}}}\n\n", name,
                     specs.substr(0, specs.size() - 3) + "\n");
}

std::string zsh_script(command_outline const& whole) {
  std::string script =
      "#compdef offload\n"
      "# Completion of the command offload, for zsh. Made by: offload completions zsh\n\n";
  for (auto const* c : all_commands(whole)) { script += zsh_function(*c, whole); }
  return script +
         "# In a folder of fpath this file is the function; else it is read by `source`.\n"
         "if [[ $funcstack[1] == _offload ]]; then\n  _offload \"$@\"\nelse\n"
         "  compdef _offload offload\nfi\n";
}

// --- fish
// -----------------------------------------------------------------------------------------

std::string fish_value(option_outline const& option) {
  if (option.may_lack_value) { return {}; }
  switch (option.takes) {
    case value_kind::none: break;
    case value_kind::text: return " -x";
    case value_kind::file: return " -r -F";
    case value_kind::folder: return " -x -a '(__fish_complete_directories)'";
    case value_kind::one_of: return fmt::format(" -x -a '{}'", fmt::join(option.words(), " "));
  }
  return {};
}

/// `where` is the condition, with its flag, under which the command was given.
void add_fish_lines(std::string& script, command_outline const& c, std::string const& where) {
  auto const said = [](std::string_view text) { return single_quoted(text, "\\'"); };
  for (auto const& option : c.options) {
    if (!where.empty() && option.names.back() == "--help") { continue; }  // said once for all
    script += "complete -c offload" + where;
    for (auto const& name : option.names) {
      script += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    }
    script += fish_value(option) + " -d " + said(option.meaning) + "\n";
  }
  for (auto const& argument : c.arguments) {
    auto const value = argument.takes == value_kind::file ? " -F" : fish_value(argument);
    script += fmt::format("complete -c offload{}{} -d {}\n", where, value, said(argument.meaning));
  }
}

std::string fish_script(command_outline const& whole) {
  std::string script =
      "# Completion of the command offload, for fish. Made by: offload completions fish\n"
      "complete -c offload -f\n";
  add_fish_lines(script, whole, "");
  auto const add_parts = [&](auto const& again, command_outline const& of,
                             std::string const& seen) -> void {
    auto const names = names_of_parts(of);
    auto const none_yet =
        fmt::format("{}not __fish_seen_subcommand_from {}", seen, fmt::join(names, " "));
    for (auto const& part : of.parts) {
      script += fmt::format("complete -c offload -n '{}' -a {} -d {}\n", none_yet, part.name,
                            single_quoted(part.meaning, "\\'"));
      auto const given = fmt::format("{}__fish_seen_subcommand_from {}", seen, part.name);
      add_fish_lines(script, part, fmt::format(" -n '{}'", given));
      if (!part.parts.empty()) { again(again, part, given + "; and "); }
    }
  };
  add_parts(add_parts, whole, "");
  return script;
}

}  // namespace

std::string completion_script(std::string_view shell, command_outline const& whole) {
  if (shell == "bash") { return bash_script(whole); }
  if (shell == "zsh") { return zsh_script(whole); }
  if (shell == "fish") { return fish_script(whole); }
  return {};
}

}  // namespace offload::cli
