// Paragraphs -> what a site's other pages are searched for: a key for each, the same for all that differ in figures.
#pragma once
#include "repeats.h"
#include "words.h"

constexpr int64_t MOST_TEMPLATE_WORDS = 40; // a longer paragraph with other figures states other facts
constexpr int MARK_BITS = 6, LENGTH_BITS = 16 - MARK_BITS;

INLINE bool is_digit(uint8_t c) { return (uint8_t)(c - '0') < 10; }

// Write a text with a 0 for each number to `out`, which has as many bytes: digits, and points, commas and colons behind
// them. Returns how many bytes that are.
static int64_t without_figures(In<uint8_t> text, Out<uint8_t> out) {
    int64_t n = 0;
    for (int64_t i = 0; i < text.count;) {
        if (!is_digit(text[i])) {
            out[n++] = text[i++];
            continue;
        }
        out[n++] = '0';
        while (i < text.count && (is_digit(text[i]) || text[i] == '.' || text[i] == ',' || text[i] == ':')) i++;
    }
    return n;
}

// What a paragraph is found by on other pages. `key`: of its words, figures left out of account in a short one, 0 where
// it has no words; `facts`: how many words, at most 1023, and from bit 10 on a number of six bits that tells how it is
// written here.
struct Passage {
    uint64_t key;
    uint16_t facts;
};

// Makes them, with scratch that lasts.
struct PassageReader {
    Room<uint8_t> plain{0};
    Room<uint64_t> words{0};

    // Of data[start:end], whose words are `own`, behind which PADDING bytes may be read. Without memory `ok` is false.
    Passage read(In<uint8_t> data, int64_t start, int64_t end, In<uint64_t> own, const Unicode &unicode, bool &ok) {
        uint64_t exact = paragraph_hash(own), key = exact;
        In<uint8_t> text = data.part(start, end);
        bool has_figures = false;
        if (own.count <= MOST_TEMPLATE_WORDS)
            for (uint8_t c : text) has_figures |= is_digit(c);
        if (has_figures) {
            if (!plain.need(text.count + BEHIND) || !words.need(text.count + 1)) return ok = false, Passage{0, 0};
            int64_t size = without_figures(text, plain);
            plain.part(size, size + BEHIND).fill(' ');
            key = paragraph_hash(words.first(words_of(plain.first(size + BEHIND), 0, size, unicode, words, 0)));
        }
        uint64_t length = (uint64_t)least<int64_t>(own.count, (1 << LENGTH_BITS) - 1);
        return {key, (uint16_t)(length | exact >> (64 - MARK_BITS) << LENGTH_BITS)};
    }
    static constexpr int64_t BEHIND = WINDOW + BLOCK; // bytes behind a text that may be read with it
};

// Those of the paragraphs data[starts[i]:ends[i]], which have words[owned[i]:owned[i + 1]].
API int64_t dd_passages(In<uint8_t> data, In<int64_t> starts, In<int64_t> ends, In<uint64_t> words, In<int64_t> owned,
                        In<uint32_t> table, In<uint32_t> expansions, Out<uint64_t> keys, Out<uint16_t> facts) {
    PassageReader reader;
    bool ok = true;
    for (int64_t i = 0; i < starts.count && ok; i++) {
        Passage passage = reader.read(data, starts[i], ends[i], words.part(owned[i], owned[i + 1]), {table, expansions}, ok);
        keys[i] = passage.key, facts[i] = passage.facts;
    }
    return ok ? 0 : OUT_OF_MEMORY;
}

// Note hashes in a table of two bits a place, a power of two of them: not seen, seen once, or more often.
API int64_t dd_see(Out<uint64_t> table, In<uint64_t> hashes) {
    SeenPlaces seen = {table};
    int shift = __builtin_clzll((uint64_t)table.count * 32) + 1;
    for (uint64_t hash : hashes) seen.see((uint32_t)(hash >> shift));
    return 0;
}

// Which of these hashes may have been noted more than once: none that was is left out.
API int64_t dd_seen_again(In<uint64_t> table, In<uint64_t> hashes, Out<bool> again) {
    int shift = __builtin_clzll((uint64_t)table.count * 32) + 1;
    for (int64_t i = 0; i < hashes.count; i++) {
        uint32_t place = (uint32_t)(hashes[i] >> shift);
        again[i] = (table[place >> 5] >> (place & 31) * 2 & 3) == 3;
    }
    return 0;
}
