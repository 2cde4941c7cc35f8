// JSON strings as bytes -> what they say, and where in them each character is. Valid UTF-8 (RFC 3629).
#pragma once
#include "../base/simd.h"

constexpr int64_t INVALID = -1; // in place of where something ends

// Bytes of the valid UTF-8 character of several bytes at `at`; 0 where there is none.
INLINE int64_t character_size(In<uint8_t> text, int64_t at, int64_t end) {
    auto byte = [&](int64_t i) { return at + i < end ? text[at + i] : (uint8_t)0; };
    auto goes_on = [&](int64_t i) { return (byte(i) & 0xC0) == 0x80; };
    uint8_t c = text[at], second = byte(1);
    if (c >= 0xC2 && c < 0xE0) return goes_on(1) ? 2 : 0;
    if (c >= 0xE0 && c < 0xF0) {
        uint8_t low = c == 0xE0 ? 0xA0 : 0x80, high = c == 0xED ? 0xA0 : 0xC0;
        return low <= second && second < high && goes_on(2) ? 3 : 0;
    }
    if (c >= 0xF0 && c < 0xF5) {
        uint8_t low = c == 0xF0 ? 0x90 : 0x80, high = c == 0xF4 ? 0x90 : 0xC0;
        return low <= second && second < high && goes_on(2) && goes_on(3) ? 4 : 0;
    }
    return 0;
}

// Behind the characters of `text` that begin before `stop`; INVALID where it is no UTF-8 up to there.
INLINE int64_t behind_characters(In<uint8_t> text, int64_t at, int64_t stop) {
    while (at < stop) {
        int64_t size = text[at] < 0x80 ? 1 : character_size(text, at, text.count);
        if (!size) return INVALID;
        at += size;
    }
    return at;
}

// Whether `text` is valid UTF-8. A byte is right if it continues a character exactly where one of the three bytes
// before it says so, so that all bytes can be looked at side by side; the last look overlaps the one before it.
INLINE void check_utf8_body(In<uint8_t> text, bool &is_valid) {
    constexpr int64_t step = 32, before = 3;
    bool is_short = text.count < step + 2 * before;
    int64_t at = behind_characters(text, 0, is_short ? text.count : before);
    is_valid = at != INVALID;
    if (is_short || !is_valid) return;
    uint8_t wrong = 0;
    for (bool more = true; more; at += step) {
        at = least(at, text.count - step);
        more = at + step < text.count;
        In<uint8_t> one = text.part(at - 1, at - 1 + step), two = text.part(at - 2, at - 2 + step);
        In<uint8_t> three = text.part(at - 3, at - 3 + step), part = text.part(at, at + step);
        uint8_t high = 0;
        for (int64_t i = 0; i < step; i++) high |= part[i] | three[i];
        if (high < 0x80) continue;
        for (int64_t i = 0; i < step; i++) {
            uint8_t c = part[i], last = one[i];
            uint8_t goes_on = (uint8_t)(last >= 0xC0) | (two[i] >= 0xE0) | (three[i] >= 0xF0);
            wrong |= goes_on ^ ((c & 0xC0) == 0x80);
            wrong |= (c == 0xC0) | (c == 0xC1) | (c >= 0xF5);
            wrong |= ((last == 0xE0) & (c < 0xA0)) | ((last == 0xED) & (c >= 0xA0)); // longer than needed; surrogates
            wrong |= ((last == 0xF0) & (c < 0x90)) | ((last == 0xF4) & (c >= 0x90)); // likewise; beyond U+10FFFF
        }
    }
    In<uint8_t> end = text.from(text.count - before);
    is_valid = !wrong && end[2] < 0xC0 && end[1] < 0xE0 && end[0] < 0xF0; // no character is cut off
}
LEVELS(check_utf8, (In<uint8_t> text, bool &is_valid), (text, is_valid))

// The value of a hexadecimal digit; -1 for any other byte.
INLINE int32_t hex_digit(uint8_t c) {
    uint8_t decimal = c - '0', letter = (c | 32) - 'a';
    return decimal < 10 ? decimal : letter < 6 ? letter + 10 : -1;
}
// The value of the four hexadecimal digits at `at`; negative where there are none.
INLINE int32_t code_unit(In<uint8_t> data, int64_t at, int64_t end) {
    if (at + 4 > end) return -1;
    int32_t value = 0;
    for (uint8_t c : data.part(at, at + 4)) value = value * 16 | hex_digit(c); // once negative, it stays so
    return value;
}
INLINE bool is_high_half(int32_t unit) { return unit >= 0xD800 && unit < 0xDC00; } // of a surrogate pair
INLINE bool is_low_half(int32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

// The code point of an escape, and the bytes that it takes; 0 bytes where it is none.
struct Escape {
    uint32_t point;
    int64_t size;
};
// The escape whose backslash is at `at`. Half a surrogate pair is none.
INLINE Escape read_escape(In<uint8_t> data, int64_t at, int64_t end) {
    uint8_t sign = at + 1 < end ? data[at + 1] : 0;
    switch (sign) {
    case 'n': return {'\n', 2};
    case '"': case '\\': case '/': return {sign, 2};
    case 't': return {'\t', 2};
    case 'r': return {'\r', 2};
    case 'b': return {'\b', 2};
    case 'f': return {'\f', 2};
    case 'u': break;
    default: return {0, 0};
    }
    int32_t unit = code_unit(data, at + 2, end);
    if (unit < 0 || is_low_half(unit)) return {0, 0};
    if (!is_high_half(unit)) return {(uint32_t)unit, 6};
    int32_t low = at + 8 < end && data[at + 6] == '\\' && data[at + 7] == 'u' ? code_unit(data, at + 8, end) : -1;
    if (!is_low_half(low)) return {0, 0};
    return {(uint32_t)(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00)), 12};
}

// Write a code point as UTF-8 to out[o:]; returns where it ends.
INLINE int64_t write_utf8(uint32_t point, Out<uint8_t> out, int64_t o) {
    if (point < 0x80) {
        out[o] = (uint8_t)point;
        return o + 1;
    }
    int64_t size = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    Out<uint8_t> bytes = out.part(o, o + size);
    for (int64_t i = size - 1; i > 0; i--, point >>= 6) bytes[i] = (uint8_t)(0x80 | (point & 0x3F));
    bytes[0] = (uint8_t)(0xF00 >> size | point);
    return o + size;
}

// Where reading and writing go on; `at` is INVALID where what was read is not valid.
struct Position {
    int64_t at, out;
};

// Read the string behind the quote before `first`, and write what it says to out[o:] if it `is_kept`. `out` has BLOCK
// bytes more than `data`, of which it may write all to the end.
template <bool is_kept>
static Position read_string(In<uint8_t> data, int64_t first, int64_t end, Out<uint8_t> out, int64_t o) {
    constexpr Bytes16 numbers = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    Bytes16 seen = {}; // all bytes of the string, one over the other
    int64_t at = first;
    while (at < end) {
        while (at + BLOCK <= end) {
            Bytes16 bytes = data.load<Bytes16>(at);
            if (is_kept) out.store(o, bytes);
            int64_t plain = first_set((Bytes16)((bytes < 32) | (bytes == '"') | (bytes == '\\')));
            at += plain, o += plain;
            if (plain < BLOCK) {
                seen |= bytes & (Bytes16)(numbers < (uint8_t)plain);
                break;
            }
            seen |= bytes;
        }
        if (at >= end) break;
        uint8_t c = data[at];
        if (c == '"') {
            bool is_valid = true;
            if (first_set((Bytes16)(seen >= 0x80)) < BLOCK) check_utf8(data.part(first, at), is_valid);
            return {is_valid ? at + 1 : INVALID, o};
        }
        while (c == '\\') {
            Escape escape = read_escape(data, at, end);
            if (!escape.size) return {INVALID, o};
            at += escape.size;
            if (is_kept) o = write_utf8(escape.point, out, o);
            c = at < end ? data[at] : 0;
        }
        if (c == '"') continue;
        if (c < 32) break;
        seen[0] |= c; // one of the last few bytes
        if (is_kept) out[o] = c;
        at++, o++;
    }
    return {INVALID, o};
}
// Behind the string whose quote is before `at`; INVALID where it is not valid.
INLINE int64_t behind_string(In<uint8_t> data, int64_t at, int64_t end) {
    return read_string<false>(data, at, end, {}, 0).at;
}

// What the valid strings data[spans[2 i]:spans[2 i + 1]] say, quotes included in these: end to end in `out`, which has
// BLOCK bytes more than all spans, string i between bounds[i] and bounds[i + 1]. `is_string`: false for a span that is
// empty or no string.
API int64_t dd_strings(In<uint8_t> data, In<int64_t> spans, Out<uint8_t> out, Out<int64_t> bounds, Out<bool> is_string) {
    int64_t o = bounds[0] = 0;
    for (int64_t i = 0; i < is_string.count; i++) {
        int64_t low = spans[2 * i], high = spans[2 * i + 1];
        bool begins = low < high && data[low] == '"';
        Position read = begins ? read_string<true>(data, low + 1, high, out, o) : Position{INVALID, o};
        is_string[i] = read.at != INVALID;
        if (is_string[i]) o = read.out;
        bounds[i + 1] = o;
    }
    return o;
}

// Bytes of the escape at `at` of a valid literal, and whether it is half a surrogate pair without the other half.
struct WrittenEscape {
    int64_t size;
    bool is_lone;
};
INLINE WrittenEscape written_escape(In<uint8_t> literal, int64_t at) {
    if (literal[at + 1] != 'u') return {2, false};
    int32_t unit = code_unit(literal, at + 2, literal.count);
    if (!is_high_half(unit)) return {6, is_low_half(unit)};
    bool has_next = literal[at + 6] == '\\' && literal[at + 7] == 'u';
    bool is_pair = has_next && is_low_half(code_unit(literal, at + 8, literal.count));
    return is_pair ? WrittenEscape{12, false} : WrittenEscape{6, true};
}

// Where these characters (ascending; one past the last may be among them) are in a valid literal with its quotes:
// their bytes, written to `places`. Returns whether half a surrogate pair without the other half is before the last.
API int64_t dd_places(In<uint8_t> literal, In<int64_t> characters, Out<int64_t> places) {
    bool has_lone = false;
    int64_t at = 1, character = 0;
    for (int64_t i = 0; i < characters.count; i++) {
        for (; character < characters[i]; character++) {
            uint8_t c = literal[at];
            if (c == '\\') {
                WrittenEscape escape = written_escape(literal, at);
                has_lone |= escape.is_lone;
                at += escape.size;
            } else at += c < 0x80 ? 1 : character_size(literal, at, literal.count);
        }
        places[i] = at;
    }
    return has_lone;
}
