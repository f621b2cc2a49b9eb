// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors

int main() { return 0; }
