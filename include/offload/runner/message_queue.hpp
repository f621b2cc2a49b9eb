// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

namespace offload {

template <class T>
class blocking_queue;

/// The queues between the threads of a run, for those who only refer to them. The values are in
/// messages.hpp and assignment.hpp.
struct message;
using message_queue = blocking_queue<message>;
struct assignment;
using assignment_queue = blocking_queue<assignment>;

}  // namespace offload
