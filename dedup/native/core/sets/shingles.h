// Words -> hashed n-grams of words, sets and samples of them, fingerprints, bits.
#pragma once
#include "../base/orders.h"
#include "../base/sort.h"

// A bijection of 64-bit numbers that spreads every bit.
INLINE uint64_t mix(uint64_t x) {
    constexpr uint64_t factor = 0xD6E8FEB86659FD93u;
    x ^= x >> 32;
    x *= factor;
    x ^= x >> 32;
    x *= factor;
    return x ^ x >> 32;
}

// Three words at a time, for n = 3: one pass, 1.7 times as fast as one for each place.
INLINE void trigrams_body(In<uint64_t> words, In<uint64_t> places, Out<uint64_t> out) {
    uint64_t a = places[0], b = places[1], c = places[2];
    In<uint64_t> w0 = words.first(out.count), w1 = words.part(1, out.count + 1), w2 = words.part(2, out.count + 2);
    for (int64_t i = 0; i < out.count; i++) out[i] = mix(w0[i] * a + w1[i] * b + w2[i] * c);
}
LEVELS(trigrams, (In<uint64_t> words, In<uint64_t> places, Out<uint64_t> out), (words, places, out))

// Write the hashes of the runs of places.count words to the beginning of `out`; returns how many. A text of fewer
// words has one, all of it; one without words none.
INLINE int64_t text_ngrams(In<uint64_t> words, In<uint64_t> places, Out<uint64_t> out) {
    int64_t size = least(places.count, words.count), runs = words.count > 0 ? words.count - size + 1 : 0;
    if (size == 3) {
        trigrams(words, places, out.first(runs));
        return runs;
    }
    for (int64_t i = 0; i < runs; i++) {
        uint64_t sum = 0;
        for (int64_t place = 0; place < size; place++) sum += words[i + place] * places[place];
        out[i] = mix(sum);
    }
    return runs;
}

// Scratch for sorting one text's shingles.
struct SortRoom {
    Room<uint64_t> values{0};
    Room<int64_t> ends{0};
    bool need(int64_t size) { return values.need(size) && ends.need(size + 1); }
};

// Write the different ones of a text's shingles, ascending, to the beginning of `out`; returns how many.
INLINE int64_t text_set(In<uint64_t> shingles, Out<uint64_t> out, SortRoom &room) {
    sort_spread(shingles, 0, out, room.ends);
    return distinct(out.first(shingles.count), shingles.count);
}

// Write a text's different shingles below `limit` to `out`, or, where these are fewer, its `floor` smallest,
// ascending; returns how many. `out` has room for as many as there are.
INLINE int64_t text_samples(In<uint64_t> shingles, uint64_t limit, int64_t floor, Out<uint64_t> out, SortRoom &room) {
    int64_t below = 0;
    Out<uint64_t> chosen = room.values.first(shingles.count);
    for (uint64_t shingle : shingles) { // no branch: one in sixteen would be mispredicted
        chosen[least(below, shingles.count - 1)] = shingle;
        below += shingle < limit;
    }
    sort_spread(chosen.first(below), limit ? __builtin_clzll(limit) : 0, out, room.ends);
    int64_t found = distinct(out.first(below), below);
    if (found >= floor) return found;
    sort_spread(shingles, 0, chosen, room.ends);
    found = distinct(chosen, floor);
    out.copy(chosen.first(found));
    return found;
}

// Bits of a text, one a shingle at the least: which of the bits of `words` a shingle sets, by its high half.
INLINE int64_t bit_of(uint64_t shingle, int64_t words) { return (int64_t)((shingle >> 32) * (uint64_t)(64 * words) >> 32); }
INLINE int64_t mark_words(int64_t shingles) { return (shingles + 63) / 64; }
INLINE void text_marks(In<uint64_t> shingles, Out<uint64_t> words) {
    words.fill(0);
    for (uint64_t shingle : shingles) {
        int64_t bit = bit_of(shingle, words.count);
        words[bit >> 6] |= 1ull << (bit & 63);
    }
}

// 128 bits that say which words a text has, in order; zeros where it has none.
struct Fingerprint {
    uint64_t first, second;
};
INLINE Fingerprint text_fingerprint(In<uint64_t> words) {
    constexpr uint64_t left = 0x9E3779B97F4A7C15u, right = 0xC2B2AE3D27D4EB4Fu;
    if (!words.count) return {0, 0};
    uint64_t a = (uint64_t)words.count, b = a;
    for (uint64_t word : words) {
        uint64_t mixed = mix(word);
        a = (a ^ mixed) * left;
        b = (b + mixed) * right;
    }
    return {mix(a) | 1, mix(b)};
}

API int64_t dd_ngrams(In<uint64_t> words, In<int64_t> owned, In<uint64_t> places, Out<uint64_t> out, Out<int64_t> bounds) {
    int64_t found = bounds[0] = 0;
    for (int64_t text = 0; text + 1 < owned.count; text++) {
        found += text_ngrams(words.part(owned[text], owned[text + 1]), places, out.from(found));
        bounds[text + 1] = found;
    }
    return found;
}

API int64_t dd_sets(In<uint64_t> shingles, In<int64_t> owned, Out<uint64_t> out, Out<int64_t> bounds) {
    SortRoom room;
    int64_t found = bounds[0] = 0;
    for (int64_t text = 0; text + 1 < owned.count; text++) {
        In<uint64_t> part = shingles.part(owned[text], owned[text + 1]);
        if (!room.need(part.count)) return OUT_OF_MEMORY;
        bounds[text + 1] = found += text_set(part, out.from(found), room);
    }
    return found;
}

API int64_t dd_samples(In<uint64_t> shingles, In<int64_t> owned, uint64_t limit, int64_t floor, Given *given, Out<int64_t> bounds) {
    SortRoom room;
    List<uint64_t> out;
    Room<uint64_t> of_text(0);
    bounds[0] = 0;
    for (int64_t text = 0; text + 1 < owned.count; text++) {
        In<uint64_t> part = shingles.part(owned[text], owned[text + 1]);
        if (!room.need(part.count) || !of_text.need(part.count)) return OUT_OF_MEMORY;
        out.extend(of_text.first(text_samples(part, limit, floor, of_text, room)));
        bounds[text + 1] = out.count;
    }
    if (!out.ok) return OUT_OF_MEMORY;
    out.give(*given);
    return 0;
}

// Which shingles of each text stand in the set others[text]. Hashes are spread evenly, so each is looked for
// where it should stand, and some steps from there on; by halves where they were made not to be.
API int64_t dd_held(In<uint64_t> shingles, In<int64_t> owned, In<uint64_t> values, In<int64_t> bounds, In<int64_t> others, Out<bool> out) {
    for (int64_t text = 0; text + 1 < owned.count; text++) {
        In<uint64_t> held = values.part(bounds[others[text]], bounds[others[text] + 1]);
        int64_t last = held.count - 1;
        for (int64_t i = owned[text]; i < owned[text + 1]; i++) {
            out[i] = false;
            if (last < 0) continue;
            int64_t at = bucket_of(shingles[i], 0, held.count), steps = 32;
            for (; steps && at > 0 && held[at] > shingles[i]; steps--) at--;
            for (; steps && at < last && held[at] < shingles[i]; steps--) at++;
            if (!steps) at = least(count_below(held, shingles[i]), last);
            out[i] = held[at] == shingles[i];
        }
    }
    return 0;
}

// The place of the first value of an ascending set that is at least `wanted`.
INLINE int64_t lower_bound(In<uint64_t> values, uint64_t wanted) {
    int64_t first = 0, end = values.count;
    while (first < end) {
        int64_t middle = first + (end - first) / 2;
        if (values[middle] < wanted)
            first = middle + 1;
        else
            end = middle;
    }
    return first;
}

// How many values of a small ascending set a large one has.
INLINE int64_t found_values(In<uint64_t> small, In<uint64_t> large) {
    int64_t both = 0;
    for (uint64_t value : small) {
        large = large.from(lower_bound(large, value));
        if (!large.count) break;
        both += large[0] == value;
    }
    return both;
}

// How many values two ascending sets share. No branch: which one is smaller is as good as random. Thousands of
// quotes of one long text would each walk through all of it: a set 64 times as large is searched.
INLINE int64_t shared_values(In<uint64_t> left, In<uint64_t> right) {
    constexpr int64_t much = 64;
    if (left.count > much * right.count) return found_values(right, left);
    if (right.count > much * left.count) return found_values(left, right);
    int64_t i = 0, j = 0, both = 0;
    while (i < left.count && j < right.count) {
        uint64_t x = left[i], y = right[j];
        both += x == y;
        i += x <= y;
        j += y <= x;
    }
    return both;
}

// How many shingles the sets left[i] of some and right[i] of others share.
API int64_t dd_shared(In<uint64_t> values, In<int64_t> bounds, In<int64_t> left, In<uint64_t> other_values, In<int64_t> other_bounds,
                      In<int64_t> right, Out<int64_t> counts) {
    for (int64_t pair = 0; pair < left.count; pair++)
        counts[pair] = shared_values(values.part(bounds[left[pair]], bounds[left[pair] + 1]),
                                     other_values.part(other_bounds[right[pair]], other_bounds[right[pair] + 1]));
    return 0;
}

API int64_t dd_fingerprints(In<uint64_t> words, In<int64_t> owned, Out<uint64_t> out) {
    for (int64_t text = 0; text + 1 < owned.count; text++) {
        Fingerprint print = text_fingerprint(words.part(owned[text], owned[text + 1]));
        out[2 * text] = print.first;
        out[2 * text + 1] = print.second;
    }
    return 0;
}

// The values of the owners that are not dropped; the dropped ones own none.
API int64_t dd_without(In<uint64_t> values, In<int64_t> bounds, In<bool> dropped, Out<uint64_t> out, Out<int64_t> left) {
    int64_t found = left[0] = 0;
    for (int64_t owner = 0; owner < dropped.count; owner++) {
        In<uint64_t> part = values.part(bounds[owner], bounds[owner + 1]);
        if (!dropped[owner]) {
            out.from(found).copy(part);
            found += part.count;
        }
        left[owner + 1] = found;
    }
    return found;
}

// Bits for each text. `bounds`, `out`: where the bits of each text stand; `out` is as long as `bounds` says.
API int64_t dd_marks(In<uint64_t> shingles, In<int64_t> owned, In<int64_t> bounds, Out<uint64_t> out) {
    for (int64_t text = 0; text + 1 < owned.count; text++)
        text_marks(shingles.part(owned[text], owned[text + 1]), out.part(bounds[text], bounds[text + 1]));
    return 0;
}

// How many shingles of the sets right[i] set no bit of the texts left[i].
API int64_t dd_missed(In<uint64_t> marked, In<int64_t> marked_bounds, In<int64_t> left, In<uint64_t> values, In<int64_t> bounds,
                      In<int64_t> right, Out<int64_t> counts) {
    for (int64_t pair = 0; pair < left.count; pair++) {
        In<uint64_t> words = marked.part(marked_bounds[left[pair]], marked_bounds[left[pair] + 1]);
        In<uint64_t> part = values.part(bounds[right[pair]], bounds[right[pair] + 1]);
        int64_t count = words.count ? 0 : part.count;
        if (words.count)
            for (uint64_t shingle : part) {
                int64_t bit = bit_of(shingle, words.count);
                count += !(words[bit >> 6] >> (bit & 63) & 1);
            }
        counts[pair] = count;
    }
    return 0;
}
