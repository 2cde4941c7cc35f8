"""Kernels: arrays in, arrays out, compiled with numba. No Arrow, no options, no files.

Compiled code is cached on disk by numba beside this package, or in the user's cache folder where that is
read-only.
"""
