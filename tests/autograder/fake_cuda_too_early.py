"""A library that uses the GPU when it is imported."""

import fake_cuda

fake_cuda.use()
