// Sorting hashes.
#pragma once
#include "simd.h"

// Sort in place (shell sort with the gaps of Ciura 2001): for what is short, or not spread evenly.
inline void sort_in_place(Out<uint64_t> values) {
    int64_t gap = 1;
    while (gap < values.count / 9) gap = 3 * gap + 1;
    for (; gap > 0; gap /= 3)
        for (int64_t i = gap; i < values.count; i++) {
            uint64_t value = values[i];
            int64_t at = i;
            for (; at >= gap && values[at - gap] > value; at -= gap) values[at] = values[at - gap];
            values[at] = value;
        }
}

// The bucket of a hash whose leading `zeros` bits are 0, of `count` that share the hashes evenly.
INLINE int64_t bucket_of(uint64_t hash, int zeros, int64_t count) { return (int64_t)((hash << zeros >> 32) * (uint64_t)count >> 32); }

// Write `values`, hashes whose leading `zeros` bits are 0, to `out` in ascending order. They are spread evenly: put
// into as many buckets as there are, each is next to its place, which takes a sixth of the time of a sort by
// comparisons. `ends` is scratch of one more.
inline void sort_spread(In<uint64_t> values, int zeros, Out<uint64_t> out, Out<int64_t> ends) {
    constexpr int64_t few = 32, crowded = 32; // values that are sorted by insertion; in one bucket
    int64_t size = values.count;
    out.copy(values);
    out = out.first(size);
    if (size <= few) return sort_in_place(out);
    ends = ends.first(size + 1);
    ends.fill(0);
    for (uint64_t value : values) ends[bucket_of(value, zeros, size) + 1]++;
    int64_t fullest = 0;
    for (int64_t i = 0; i < size; i++) {
        fullest = most(fullest, ends[i + 1]);
        ends[i + 1] += ends[i];
    }
    if (fullest > crowded) return sort_in_place(out);
    for (uint64_t value : values) out[ends[bucket_of(value, zeros, size)]++] = value;
    for (int64_t i = 1; i < size; i++) {
        uint64_t value = out[i];
        int64_t at = i;
        for (; at > 0 && out[at - 1] > value; at--) out[at] = out[at - 1];
        out[at] = value;
    }
}

// Move up to `limit` different values of a sorted slice to its beginning; returns how many.
INLINE int64_t distinct(Out<uint64_t> sorted, int64_t limit) {
    int64_t found = 0;
    for (int64_t i = 0; i < sorted.count && found < limit; i++)
        if (found == 0 || sorted[i] != sorted[found - 1]) sorted[found++] = sorted[i];
    return found;
}
