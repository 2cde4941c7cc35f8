// Vectors of 16 bytes, which every processor has, and functions in several versions of which the best for this
// processor is chosen when they are called.
#pragma once
#include "slice.h"

// Bytes side by side: SSE2 and NEON, from one source.
typedef uint8_t Bytes16 __attribute__((vector_size(16)));
typedef uint64_t Words2 __attribute__((vector_size(16)));
constexpr int64_t BLOCK = 16;

// Of a mask (0xFF or 0 in each byte) where the first byte is set; 16 where none is.
INLINE int64_t first_set(Bytes16 mask) {
    Words2 words = (Words2)mask;
    if (words[0]) return __builtin_ctzll(words[0]) >> 3;
    return words[1] ? 8 + (__builtin_ctzll(words[1]) >> 3) : 16;
}

// LEVELS(name, parameters, arguments) makes the function `name` of the inline function `name_body`: one copy for
// AVX-512, one for AVX2 and one for any processor. cpuid is asked here, since what the compilers offer for it
// needs glibc, or finds nothing under some of them.
#ifdef __x86_64__
#include <cpuid.h>
static int asked_simd_level() {
    unsigned a, b, c, d, low, high;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c >> 27 & 1) || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0)); // whether the system keeps the wide registers
    if ((low & 6) != 6 || !(b >> 5 & 1) || !(b >> 8 & 1)) return 0;
    bool wide = (low & 0xE0) == 0xE0 && b >> 16 & 1 && b >> 17 & 1 && b >> 30 & 1 && b >> 31 & 1;
    return wide ? 2 : 1;
}
static const int simd_level = asked_simd_level();
#define LEVELS(name, parameters, arguments)                                                              \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl"))) static void name##_512 parameters {    \
        name##_body arguments;                                                                           \
    }                                                                                                    \
    __attribute__((target("avx2,bmi,bmi2"))) static void name##_256 parameters { name##_body arguments; } \
    static void name parameters {                                                                        \
        if (simd_level == 2) name##_512 arguments;                                                       \
        else if (simd_level == 1) name##_256 arguments;                                                  \
        else name##_body arguments;                                                                      \
    }
#else
#define LEVELS(name, parameters, arguments) \
    static void name parameters { name##_body arguments; }
#endif

// Least and greatest of two.
template <class T> INLINE T least(T x, T y) { return x < y ? x : y; }
template <class T> INLINE T most(T x, T y) { return x > y ? x : y; }
