// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/offload.hpp>

#include <string>

offload::result<std::string> answer(std::string const& question);
