// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

/// Function bodies without I/O that depend on no policy are in `NAME-inl.hpp` beside `NAME.hpp`.
/// The compiled library includes each of them once. A program that defines OFFLOAD_HEADER_ONLY in
/// all its files compiles them as inline functions; `NAME.hpp` then includes `NAME-inl.hpp`. (fmt
/// and spdlog do the same.)
#ifdef OFFLOAD_HEADER_ONLY
#define OFFLOAD_INLINE inline
#else
#define OFFLOAD_INLINE
#endif
