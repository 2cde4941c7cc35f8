// UTF-8 -> blanks and line breaks, and of a long line the bytes of its sentences.
#pragma once
#include "../base/simd.h"

// The bytes at `at` as a number: the first three (of a character of three bytes), or two. 0 where `end` is before.
INLINE uint32_t two_bytes(In<uint8_t> text, int64_t at, int64_t end) {
    return at + 1 < end ? (uint32_t)text[at] << 8 | text[at + 1] : 0;
}
INLINE uint32_t three_bytes(In<uint8_t> text, int64_t at, int64_t end) {
    return at + 2 < end ? (uint32_t)text[at] << 16 | (uint32_t)text[at + 1] << 8 | text[at + 2] : 0;
}

// Bytes of the blank at `at`: space, tab, control, no-break or ideographic space, zero-width space, byte-order mark;
// else 0.
INLINE int64_t space_length(In<uint8_t> text, int64_t at, int64_t end) {
    uint8_t c = text[at];
    if (c <= ' ') return 1;
    if (c < 0xC2) return 0; // nearly every byte
    if (c == 0xC2) return two_bytes(text, at, end) == 0xC2A0 ? 2 : 0;
    if (c != 0xE2 && c != 0xE3 && c != 0xEF) return 0;
    uint32_t all = three_bytes(text, at, end);
    return all == 0xE38080 || (all >= 0xE28080 && all <= 0xE2808B) || all == 0xEFBBBF ? 3 : 0;
}
// Behind the blanks at `at`.
INLINE int64_t past_blanks(In<uint8_t> text, int64_t at, int64_t end) {
    while (at < end) {
        int64_t size = space_length(text, at, end);
        if (!size) break;
        at += size;
    }
    return at;
}

// Bytes of the line break at `at`: line feed, carriage return (both together), vertical tab, form feed, NEL, U+2028,
// U+2029; else 0.
INLINE int64_t break_length(In<uint8_t> text, int64_t at, int64_t end) {
    uint8_t c = text[at];
    if (c == '\r') return two_bytes(text, at, end) == 0x0D0A ? 2 : 1;
    if (c >= '\n' && c <= '\f') return 1;
    if (c == 0xC2) return two_bytes(text, at, end) == 0xC285 ? 2 : 0;
    if (c != 0xE2) return 0;
    uint32_t all = three_bytes(text, at, end);
    return all == 0xE280A8 || all == 0xE280A9 ? 3 : 0;
}
// Where the line break at or behind `at` begins; `end` where there is none.
INLINE int64_t line_end(In<uint8_t> text, int64_t at, int64_t end) {
    while (at < end) {
        while (at + BLOCK <= end) {
            Bytes16 bytes = text.load<Bytes16>(at);
            int64_t first = first_set((Bytes16)((bytes - '\n' < 4) | (bytes == 0xC2) | (bytes == 0xE2)));
            at += first;
            if (first < BLOCK) break;
        }
        if (at == end || break_length(text, at, end)) return at;
        at++;
    }
    return end;
}

// The mark at `at` that ends a sentence: its bytes, 0 where there is none, and whether a blank must follow (. ! ? ...
// and the Arabic question mark) or none has to (ideographic stops, the danda).
struct Stop {
    int64_t size;
    bool needs_blank;
};
INLINE Stop stop_at(In<uint8_t> text, int64_t at, int64_t end) {
    uint8_t c = text[at];
    if (c == '.' || c == '!' || c == '?') return {1, true};
    if (c < 0xD8) return {0, false};
    if (c == 0xD8) return {two_bytes(text, at, end) == 0xD89F ? 2 : 0, true};
    switch (three_bytes(text, at, end)) {
    case 0xE280A6: return {3, true};
    case 0xE38082: case 0xEFBC81: case 0xEFBC9F: case 0xE0A5A4: case 0xE0A5A5: return {3, false};
    default: return {0, false};
    }
}
// Where the next such mark is in text[at:end], or what looks like one; `end` where there is none.
INLINE int64_t next_stop(In<uint8_t> text, int64_t at, int64_t end) {
    for (; at + BLOCK + 1 <= end; at += BLOCK) {
        Bytes16 c = text.load<Bytes16>(at), next = text.load<Bytes16>(at + 1);
        Bytes16 found = (Bytes16)((c == '.') | (c == '!') | (c == '?') | ((c == 0xD8) & (next == 0x9F)));
        found |= (Bytes16)((((c == 0xE2) | (c == 0xE3)) & (next == 0x80)) | ((c == 0xEF) & (next == 0xBC)));
        found |= (Bytes16)((c == 0xE0) & (next == 0xA5));
        int64_t first = first_set(found);
        if (first < BLOCK) return at + first;
    }
    while (at < end && !stop_at(text, at, end).size) at++;
    return at;
}

// Behind the closing quotation marks and brackets at `at`.
INLINE int64_t past_closing(In<uint8_t> text, int64_t at, int64_t end) {
    while (at < end) {
        uint8_t c = text[at];
        uint32_t all = three_bytes(text, at, end);
        if (c == '"' || c == '\'' || c == ')' || c == ']') at++;
        else if (two_bytes(text, at, end) == 0xC2BB) at += 2;
        else if (all == 0xE28099 || all == 0xE2809D || all == 0xE3808D || all == 0xE3808F) at += 3;
        else break;
    }
    return at;
}

INLINE bool is_small(uint8_t c) { return c >= 'a' && c <= 'z'; }

// Whether the full stop at `stop` is that of "Mr.", "U.S.", "Jan." or "3.".
INLINE bool abbreviates(In<uint8_t> text, int64_t start, int64_t stop) {
    constexpr int64_t longest = 3; // bytes before the stop
    int64_t word = stop;
    while (word > start && text[word - 1] > ' ') word--;
    return text[stop] == '.' && stop - word <= longest && !is_small(text[word]);
}

constexpr int64_t SHORTEST_SENTENCE = 24; // bytes at the least, so that "No! No! No!" is one

// Where the first sentence of the line text[start:end] ends: behind its stop and closing marks.
static int64_t sentence_end(In<uint8_t> text, int64_t start, int64_t end) {
    for (int64_t at = next_stop(text, start, end); at < end; at = next_stop(text, at, end)) {
        Stop stop = stop_at(text, at, end);
        if (!stop.size) {
            at++;
            continue;
        }
        int64_t after = past_closing(text, at + stop.size, end), next = past_blanks(text, after, end);
        bool is_apart = !stop.needs_blank || (next > after && next < end && !is_small(text[next]));
        if (is_apart && after - start >= SHORTEST_SENTENCE && !abbreviates(text, start, at)) return after;
        at = after;
    }
    return end;
}

// Add the sentences of the line text[start:end] to `starts` and `ends`: all of it but the blanks between them.
INLINE void add_sentences(In<uint8_t> text, int64_t start, int64_t end, List<int64_t> &starts, List<int64_t> &ends) {
    while (start < end) {
        int64_t stop = sentence_end(text, start, end);
        starts.add(start), ends.add(stop);
        start = past_blanks(text, stop, end);
    }
}
