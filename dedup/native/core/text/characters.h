// UTF-8 texts -> how many characters they have, and where in these their paragraphs are.
#pragma once
#include "../base/byte_counts.h"

// What bounds the length of a paragraph's plain text. Its characters; those of several bytes; ASCII letters and
// digits; and how often one of these is before another sign of ASCII.
struct ParagraphCounts {
    int64_t characters = 0, wide = 0, letters = 0, gaps = 0;
};
// Of bytes, or of a byte, those that are ASCII letters or digits.
INLINE Bytes16 letters_and_digits(Bytes16 c) { return (Bytes16)(((c | 0x20) - 'a' < 26) | (c - '0' < 10)); }
INLINE bool is_letter_or_digit(uint8_t c) { return (uint8_t)((c | 0x20) - 'a') < 26 || (uint8_t)(c - '0') < 10; }

// The counts of a paragraph: 16 bytes at a time, and the last ones one by one.
static ParagraphCounts count_paragraph(In<uint8_t> text) {
    ParagraphCounts counts;
    int64_t at = 0;
    while (at + BLOCK < text.count) {
        int64_t stop = least(text.count - BLOCK, at + SHORT); // a count of one byte holds no more
        Bytes16 begin = {}, wide = {}, letters = {}, gaps = {};
        for (; at < stop; at += BLOCK) {
            Bytes16 c = text.load<Bytes16>(at), next = text.load<Bytes16>(at + 1), is_in = letters_and_digits(c);
            begin -= (Bytes16)((c & 0xC0) != 0x80);
            wide -= (Bytes16)(c >= 0xC0);
            letters -= is_in;
            gaps -= is_in & ~letters_and_digits(next) & (Bytes16)(next < 0x80);
        }
        counts.characters += sum_of_bytes(begin), counts.wide += sum_of_bytes(wide);
        counts.letters += sum_of_bytes(letters), counts.gaps += sum_of_bytes(gaps);
    }
    for (; at < text.count; at++) {
        uint8_t c = text[at], next = at + 1 < text.count ? text[at + 1] : 0x80;
        counts.characters += (c & 0xC0) != 0x80;
        counts.wide += c >= 0xC0;
        counts.letters += is_letter_or_digit(c);
        counts.gaps += is_letter_or_digit(c) && next < 0x80 && !is_letter_or_digit(next);
    }
    return counts;
}

// Whether UTF-8 may hold scripts without spaces: what takes three bytes, but U+2000 to U+2E7F, quotation marks and
// dashes.
static bool may_be_unspaced(In<uint8_t> text) {
    for (int64_t at = 0; at < text.count; at++) {
        while (at + BLOCK <= text.count) {
            int64_t first = first_set((Bytes16)(text.load<Bytes16>(at) >= 0xE0));
            at += first;
            if (first < BLOCK) break;
        }
        if (at == text.count) return false;
        if (text[at] >= 0xE0 && (text[at] != 0xE2 || at + 1 == text.count || text[at + 1] >= 0xBA)) return true;
    }
    return false;
}

// How many characters each of the texts has.
API int64_t dd_lengths(In<uint8_t> data, In<int64_t> texts, Out<int64_t> counts) {
    for (int64_t i = 0; i < counts.count; i++) counts[i] = characters_of(data.part(texts[i], texts[i + 1]));
    return 0;
}

// The paragraphs of the texts `rows` in characters, p of them (4 p): where each begins in its text, then where each
// ends, then between which two numbers its length lies when it is case-folded and what is between words is one blank.
// And which of these texts may hold scripts without spaces. `texts`, `starts`, `ends`, `owned`: see `dd_split`.
API int64_t dd_spans(In<uint8_t> data, In<int64_t> texts, In<int64_t> starts, In<int64_t> ends, In<int64_t> owned,
                     In<int64_t> rows, Out<int64_t> out, Out<bool> is_unspaced) {
    int64_t total = out.count / 4, found = 0;
    Out<int64_t> begin = out.part(0, total), end = out.part(total, 2 * total);
    Out<int64_t> shortest = out.part(2 * total, 3 * total), longest = out.part(3 * total, 4 * total);
    for (int64_t i = 0; i < rows.count; i++) {
        int64_t row = rows[i], at = texts[row], count = 0;
        for (int64_t paragraph = owned[row]; paragraph < owned[row + 1]; paragraph++, found++) {
            for (uint8_t c : data.part(at, starts[paragraph])) count += (c & 0xC0) != 0x80; // mostly one line feed
            begin[found] = count;
            at = ends[paragraph];
            ParagraphCounts counts = count_paragraph(data.part(starts[paragraph], at));
            count += counts.characters;
            end[found] = count;
            shortest[found] = counts.letters + counts.gaps - (counts.gaps > 0);
            longest[found] = counts.characters + 2 * counts.wide; // case-folded, a character has three at most
        }
        is_unspaced[i] = may_be_unspaced(data.part(texts[row], texts[row + 1]));
    }
    return 0;
}
