"""The interpolant as a differentiable operation of autograd, JAX and PyTorch.

Each module needs its library, which is an extra: `pip install "nbrbf[autograd]"`, `"nbrbf[jax]"`,
`"nbrbf[torch]"`. Nothing here imports any of them.
"""
