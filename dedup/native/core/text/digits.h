// UTF-8 texts -> hashes of their numbers, by which texts are told apart whose figures may differ.
#pragma once
#include "../sets/shingles.h"
#include "sentences.h"

// A digit that begins at `at`: its value, -1 where there is none, and its bytes. ASCII, Arabic-Indic, Persian,
// Devanagari, Bengali, Thai and wide digits.
struct Digit {
    int32_t value;
    int64_t size;
};
INLINE Digit digit_at(In<uint8_t> text, int64_t at) {
    constexpr Digit none = {-1, 1};
    uint8_t c = text[at];
    if (c < 0x80) return (uint8_t)(c - '0') < 10 ? Digit{c - '0', 1} : none;
    uint32_t two = two_bytes(text, at, text.count), last = 0;
    int64_t size = 3;
    if (c == 0xD9) last = two - 0xD9A0, size = 2;
    else if (c == 0xDB) last = two - 0xDBB0, size = 2;
    else {
        uint32_t three = three_bytes(text, at, text.count);
        if (two == 0xE0A5 || two == 0xE0A7) last = (three & 0xFF) - 0xA6;
        else if (two == 0xE0B9 || two == 0xEFBC) last = (three & 0xFF) - 0x90;
        else return none;
    }
    return last < 10 ? Digit{(int32_t)last, size} : none;
}

// How many bytes a fraction of one character takes at `at` ("½"); 0 where there is none.
INLINE int64_t fraction_size(In<uint8_t> text, int64_t at) {
    uint32_t two = two_bytes(text, at, text.count);
    if (two >= 0xC2BC && two <= 0xC2BE) return 2;
    uint32_t three = two == 0xE285 ? three_bytes(text, at, text.count) : 0;
    return three >= 0xE28590 && three <= 0xE2859E ? 3 : 0;
}
// The same of a superscript digit, plus or minus.
INLINE int64_t raised_size(In<uint8_t> text, int64_t at) {
    uint32_t two = two_bytes(text, at, text.count);
    if (two == 0xC2B2 || two == 0xC2B3 || two == 0xC2B9) return 2;
    uint32_t three = two == 0xE281 ? three_bytes(text, at, text.count) : 0;
    return three >= 0xE281B0 && three <= 0xE281BB ? 3 : 0;
}

// Whether a colon stands before the number at `at`, or a dash, with at most a currency and a blank between: the number
// may be negative, or the second of a score or range. dedup/text/figures.py decides.
static bool is_behind_dash(In<uint8_t> text, int64_t at) {
    for (int passed = 0; passed < 3 && at > 0; passed++) {
        uint8_t c = text[at - 1];
        if (c == '-' || c == '~' || (c == ':' && !passed)) return true;
        if (c == ' ' || c == '$') {
            at--;
            continue;
        }
        if (c < 0x80) return false;
        uint32_t two = at >= 2 ? two_bytes(text, at - 2, at) : 0, three = at >= 3 ? three_bytes(text, at - 3, at) : 0;
        bool is_dash = (three >= 0xE28090 && three <= 0xE28095) || three == 0xE28892 || three == 0xEFB9A3;
        if (is_dash || three == 0xEFBC8D || three == 0xE3809C || three == 0xEFBD9E) return true;
        if (two == 0xC2A0 || (two >= 0xC2A2 && two <= 0xC2A5)) at -= 2;
        else if ((three >> 8) == 0xE282 || (three >> 8) == 0xE280) at -= 3; // currencies, blanks
        else if (three == 0xEFBC84 || three == 0xEFBFA1 || three == 0xEFBFA5) at -= 3; // wide currencies
        else return false;
    }
    return false;
}

// Where the next digit or fraction is in text[at:], or what looks like one; its end where there is none.
INLINE int64_t next_digit(In<uint8_t> text, int64_t at) {
    for (; at + BLOCK + 2 <= text.count; at += BLOCK) {
        Bytes16 c = text.load<Bytes16>(at);
        Bytes16 ascii = (Bytes16)(c - '0' < 10), of_two = (Bytes16)((c == 0xD9) | (c == 0xDB));
        Bytes16 of_three = (Bytes16)((c == 0xE0) | (c == 0xEF)), fraction = (Bytes16)((c == 0xC2) | (c == 0xE2));
        int64_t first = first_set(ascii | of_two | of_three | fraction);
        if (first == BLOCK) continue;
        if (text[at + first] < 0x80) return at + first; // nearly every one
        Bytes16 second = text.load<Bytes16>(at + 1), third = text.load<Bytes16>(at + 2);
        of_two &= (Bytes16)(second - 0xA0 < 0x1A);
        of_three &= (Bytes16)((second == 0xA5) | (second == 0xA7) | (second == 0xB9) | (second == 0xBC));
        of_three &= (Bytes16)(third - 0x90 < 0x20);
        fraction &= (Bytes16)(((c == 0xC2) & (second - 0xBC < 3)) | ((c == 0xE2) & (second == 0x85)));
        first = first_set(ascii | of_two | of_three | fraction);
        if (first < BLOCK) return at + first;
    }
    while (at < text.count && digit_at(text, at).value < 0 && !fraction_size(text, at)) at++;
    return at;
}

// Add a hash for each number in the text: its run of digits, points and commas between them included, the fraction
// or exponent behind it, and whether it stands behind a dash. Equal numbers in digits of different scripts have equal
// hashes.
static void add_digit_runs(In<uint8_t> text, List<uint64_t> &runs) {
    constexpr uint64_t mark = 10; // "2,000" and "2000" are told apart by whoever reads figures
    for (int64_t at = next_digit(text, 0); at < text.count; at = next_digit(text, at)) {
        uint64_t hash = 0, length = 0;
        bool is_signed = is_behind_dash(text, at);
        for (; at < text.count; length++) {
            Digit digit = digit_at(text, at);
            bool is_mark = length && (text[at] == '.' || text[at] == ',') && at + 1 < text.count;
            if (digit.value < 0 && !(is_mark && (uint8_t)(text[at + 1] - '0') < 10)) break;
            hash = hash * (mark + 1) + (digit.value < 0 ? mark : (uint64_t)digit.value);
            at += digit.size;
        }
        hash = mix(hash + (length << 56));
        for (int64_t size; (size = most(fraction_size(text, at), length ? raised_size(text, at) : 0)); length++)
            for (int64_t end = at + size; at < end; at++) hash = mix(hash ^ text[at]);
        if (length) runs.add(is_signed ? ~hash : hash);
        else at++;
    }
}

// Hashes of the runs of digits of the texts, n of them: text i has those from bounds[i] to bounds[i + 1] (n + 1).
API int64_t dd_digit_runs(In<uint8_t> data, In<int64_t> texts, Given &hashes, Out<int64_t> bounds) {
    List<uint64_t> runs;
    bounds[0] = 0;
    for (int64_t i = 0; i + 1 < texts.count; i++) {
        add_digit_runs(data.part(texts[i], texts[i + 1]), runs);
        bounds[i + 1] = runs.count;
    }
    if (!runs.ok) return OUT_OF_MEMORY;
    runs.give(hashes);
    return 0;
}
