"""Floor 1: pure torch kernels on tensors `(..., k)` that know nothing of tasks."""
