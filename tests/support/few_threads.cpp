// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
//
// Loaded by LD_PRELOAD: the system gives a process only MOST_THREADS threads in all, as it does
// with a low `ulimit -u`, which says nothing to root.
#include <dlfcn.h>
#include <pthread.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>

namespace {

std::atomic<int> asked_for{0};

}  // namespace

extern "C" int pthread_create(pthread_t* thread, pthread_attr_t const* attributes,
                              void* (*body)(void*), void* argument) noexcept {
  auto const* const most = std::getenv("MOST_THREADS");
  if (most != nullptr && asked_for++ >= std::atoi(most)) { return EAGAIN; }
  auto const real =
      reinterpret_cast<decltype(&pthread_create)>(::dlsym(RTLD_NEXT, "pthread_create"));
  return real(thread, attributes, body, argument);
}
