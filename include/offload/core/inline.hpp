// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

/// Pure bodies that depend on no policy stand in headers of their own, `NAME-inl.hpp` beside
/// `NAME.hpp`. The compiled library includes each of them once. A program that defines
/// OFFLOAD_HEADER_ONLY, in all its files, compiles them itself, as inline functions: `NAME.hpp`
/// then includes them. (The way of fmt and spdlog.)
#ifdef OFFLOAD_HEADER_ONLY
#define OFFLOAD_INLINE inline
#else
#define OFFLOAD_INLINE
#endif
