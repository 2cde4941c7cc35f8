// How many bytes are of a kind: line feeds, characters of UTF-8.
#pragma once
#include "simd.h"

// Bytes that are counted in one byte, of which vectors hold most. Less than 256, and a multiple of every vector.
constexpr int64_t COUNTED = 192;

// How many bytes c of `data` have (c & mask) == value.
INLINE void count_bytes_body(In<uint8_t> data, uint8_t mask, uint8_t value, int64_t &count) {
    count = 0;
    for (int64_t at = 0; at < data.count; at += COUNTED) {
        In<uint8_t> part = data.part(at, least(at + COUNTED, data.count));
        uint8_t found = 0;
        for (int64_t i = 0; i < part.count; i++) found += (part[i] & mask) == value;
        count += found;
    }
}
LEVELS(count_bytes, (In<uint8_t> data, uint8_t mask, uint8_t value, int64_t &count), (data, mask, value, count))

// How many line feeds there are.
INLINE int64_t line_feeds(In<uint8_t> data) {
    int64_t count;
    count_bytes(data, 0xFF, '\n', count);
    return count;
}
// How many characters begin in UTF-8: bytes that do not continue one.
INLINE int64_t characters_of(In<uint8_t> text) {
    int64_t others;
    count_bytes(text, 0xC0, 0x80, others);
    return text.count - others;
}

// The sum of 16 bytes, via sums of 16 bits.
INLINE int64_t sum_of_bytes(Bytes16 bytes) {
    constexpr uint64_t low_halves = 0x00FF00FF00FF00FFu, ones = 0x0001000100010001u;
    Words2 pairs = ((Words2)bytes & low_halves) + ((Words2)bytes >> 8 & low_halves);
    return (int64_t)((pairs[0] + pairs[1]) * ones >> 48);
}

// The characters of at most SHORT bytes, without wide vectors, which is faster for a line. The last vector overlaps the
// one before it.
constexpr int64_t SHORT = 255 * BLOCK;
INLINE int64_t characters_of_line(In<uint8_t> line) {
    constexpr Bytes16 numbers = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    auto begins = [&](int64_t at) { return (Bytes16)((line.load<Bytes16>(at) & 0xC0) != 0x80); };
    int64_t count = 0, at = 0;
    if (line.count < BLOCK) {
        for (uint8_t c : line) count += (c & 0xC0) != 0x80;
        return count;
    }
    Bytes16 found = {};
    for (; at + BLOCK <= line.count; at += BLOCK) found -= begins(at);
    uint8_t counted = (uint8_t)(at + BLOCK - line.count);
    found -= begins(line.count - BLOCK) & (Bytes16)(numbers >= counted);
    return sum_of_bytes(found);
}
