"""Compiled kernels on arrays: number types, dense linear algebra, radial basis functions."""
