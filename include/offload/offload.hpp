// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

/// Everything a custom runner needs, for a first program. The library itself never includes it.
#include <offload/core/error.hpp>
