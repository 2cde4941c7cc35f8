// Shingles -> MinHash rows, and rows -> bands. The arithmetic is datasketch's "affine32", bit for bit.
#pragma once
#include "shingles.h"

// The finaliser of MurmurHash3 (Appleby), 32 bits.
INLINE uint32_t fmix(uint32_t h) {
    h ^= h >> 16;
    h *= 0x85EBCA6Bu;
    h ^= h >> 13;
    h *= 0xC2B2AE35u;
    return h ^ h >> 16;
}

// row[k] = min over shingles s of a[k] * fmix(s mod 2^32) + b[k] mod 2^32. Eight shingles a pass: the row is read
// and written an eighth as often, 1.9 times as fast as one at a time.
INLINE void text_minima_body(In<uint64_t> shingles, In<uint32_t> a, In<uint32_t> b, Out<uint32_t> row) {
    constexpr int64_t together = 8;
    int64_t permutations = row.count;
    a = a.first(permutations), b = b.first(permutations);
    row.fill(UINT32_MAX);
    for (int64_t first = 0; first < shingles.count; first += together) {
        uint32_t held[together];
        Out<uint32_t> h = {held, together};
        for (int64_t i = 0; i < together; i++) h[i] = fmix((uint32_t)shingles[least(first + i, shingles.count - 1)]);
        uint32_t h0 = h[0], h1 = h[1], h2 = h[2], h3 = h[3], h4 = h[4], h5 = h[5], h6 = h[6], h7 = h[7];
        for (int64_t k = 0; k < permutations; k++) {
            uint32_t x = a[k], y = b[k];
            uint32_t low = least(least(x * h0 + y, x * h1 + y), least(x * h2 + y, x * h3 + y));
            low = least(low, least(least(x * h4 + y, x * h5 + y), least(x * h6 + y, x * h7 + y)));
            row[k] = least(row[k], low);
        }
    }
}
LEVELS(text_minima, (In<uint64_t> shingles, In<uint32_t> a, In<uint32_t> b, Out<uint32_t> row), (shingles, a, b, row))

// One hash for each band of places.count values of a row: two are equal only where their place is, too.
INLINE void text_bands(In<uint32_t> row, In<uint64_t> places, Out<uint64_t> out) {
    for (int64_t band = 0; band < out.count; band++) {
        uint64_t h = (uint64_t)band + 1;
        In<uint32_t> values = row.part(band * places.count, (band + 1) * places.count);
        for (int64_t i = 0; i < values.count; i++) h += values[i] * places[i];
        out[band] = mix(h);
    }
}

// MinHash rows: `rows` has a.count values for each text. `permutations`: multipliers, then addends.
API int64_t dd_minima(In<uint64_t> shingles, In<int64_t> owned, In<uint32_t> permutations, Out<uint32_t> rows) {
    int64_t count = permutations.count / 2;
    for (int64_t text = 0; text + 1 < owned.count; text++)
        text_minima(shingles.part(owned[text], owned[text + 1]), permutations.first(count), permutations.from(count),
                    rows.part(text * count, (text + 1) * count));
    return 0;
}

// `bands` hashes for each row of `width` values.
API int64_t dd_bands(In<uint32_t> rows, int64_t width, In<uint64_t> places, int64_t bands, Out<uint64_t> out) {
    for (int64_t text = 0; width > 0 && text < rows.count / width; text++)
        text_bands(rows.part(text * width, (text + 1) * width), places, out.part(text * bands, (text + 1) * bands));
    return 0;
}
