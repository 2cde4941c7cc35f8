"""Kernels: arrays in, arrays out, compiled with numba. No Arrow, no options, no files.

Compiled code is cached on disk by numba beside this package, or in the user's cache folder where that is
read-only; where both are, `cache` finds another place.
"""

from dedup.kernels import cache

cache.find()
