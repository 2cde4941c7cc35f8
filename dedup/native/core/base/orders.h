// Orders of numbers: by group, sorted, the k-th least; and where a number is in an order.
#pragma once
#include "slice.h"

// A number that is another one in each process: hashes are mixed with it before they choose a place in a table, and it
// chooses where quicksort parts values. So nobody can make an input that crowds a table or that is slow to sort. No
// result depends on it.
static uint64_t process_key = 0x452821E638D01377u;

// The bits of a hash that choose its place in a table (Fibonacci hashing: Knuth 1973), mixed with the process's key.
INLINE int64_t place_bits(uint64_t hash) { return (int64_t)((hash ^ process_key) * 0x9E3779B97F4A7C15u >> 20); }

// Group the rows of the keys, in each group in their order (a counting sort: two passes). `group_of` gives the
// group of a key; `place(at, row)` writes row `row` to place `at` of all. Writes to `bounds` where each group
// begins, and behind these where the last one ends.
template <class GroupOf, class Place>
INLINE void group_rows(In<uint64_t> keys, Out<int64_t> bounds, GroupOf group_of, Place place) {
    bounds.fill(0);
    for (uint64_t key : keys) bounds[group_of(key) + 1]++;
    for (int64_t group = 1; group < bounds.count; group++) bounds[group] += bounds[group - 1];
    for (int64_t row = 0; row < keys.count; row++) place(bounds[group_of(keys[row])]++, row);
    // Now each bound is where its group ends, which is where the next one begins.
    bounds.from(1).copy(bounds.first(bounds.count - 1));
    bounds[0] = 0;
}

// Move the values for which `goes_first` is true to the beginning; returns how many there are. It has no branch:
// which values these are cannot be predicted.
template <class T, class Test> INLINE int64_t partition(Slice<T> values, Test goes_first) {
    int64_t count = 0;
    for (int64_t i = 0; i < values.count; i++) {
        T value = values[i];
        values[i] = values[count];
        values[count] = value;
        count += goes_first(value);
    }
    return count;
}

// The value to part values at: any of them, so that no usual order of the values is slow.
template <class T> INLINE T any_of(Slice<T> values, uint64_t &random) {
    random = random * 0x5851F42D4C957F2Du + 0x14057B7EF767814Fu; // Knuth's generator (MMIX)
    return values[(int64_t)((random >> 33) % (uint64_t)values.count)];
}

// Sort the values, ascending (quicksort: Hoare 1962; few values by insertion).
template <class T> static void sort(Slice<T> values, uint64_t random = process_key) {
    constexpr int64_t few = 24;
    while (values.count > few) {
        T pivot = any_of(values, random);
        int64_t below = partition(values, [=](T value) { return value < pivot; });
        if (!below) { // the pivot is the least: those equal to it are in place
            values = values.from(partition(values, [=](T value) { return value == pivot; }));
            continue;
        }
        Slice<T> low = values.first(below), high = values.from(below);
        sort(low.count < high.count ? low : high, random); // the smaller one: this nests log2(count) deep
        values = low.count < high.count ? high : low;
    }
    for (int64_t i = 1; i < values.count; i++) {
        T value = values[i];
        int64_t at = i;
        for (; at > 0 && value < values[at - 1]; at--) values[at] = values[at - 1];
        values[at] = value;
    }
}

// The k-th least of the values, the least for k = 0 (quickselect: Hoare 1961). Moves them about.
template <class T> static T kth_least(Slice<T> values, int64_t k) {
    uint64_t random = process_key;
    while (values.count > 1) {
        T pivot = any_of(values, random);
        int64_t below = partition(values, [=](T value) { return value < pivot; });
        if (k < below) {
            values = values.first(below);
            continue;
        }
        int64_t equal = below ? 0 : partition(values, [=](T value) { return value == pivot; });
        if (k < below + equal) return pivot;
        values = values.from(below + equal), k -= below + equal;
    }
    return values[k];
}

// How many of the ascending values are below `limit`.
template <class T> INLINE int64_t count_below(In<T> values, T limit) {
    int64_t low = 0, size = values.count;
    while (size > 0) {
        int64_t half = size / 2;
        bool is_below = values[low + half] < limit;
        low = is_below ? low + half + 1 : low;
        size = is_below ? size - half - 1 : half;
    }
    return low;
}

// ---- The function of library.py ------------------------------------------------------------------------------

// To be called once, before all others.
API int64_t dd_set_key(uint64_t key) {
    process_key = key;
    return 0;
}
