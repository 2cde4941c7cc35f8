// UTF-8 -> 64-bit hashes of words, or of characters where a script has no spaces between words.
#pragma once
#include "../sets/shingles.h"

// What a code point is to the tokeniser: an entry of the table that dedup/native/unicode.py makes.
struct Unicode {
    In<uint32_t> table, expansions;
    static constexpr uint32_t SEPARATOR = 0, WORD = 1, SINGLE = 2, IGNORED = 3; // the top two bits
    static constexpr uint32_t EXPAND = 1u << 29, MARK = 1u << 28, DIGIT = 1u << 27, RAISED = 1u << 26;
    static constexpr uint32_t POINT = 0x1FFFFF, INDEX = (1u << 26) - 1;

    // The entry of a code point, by rule above the table.
    INLINE uint32_t operator[](uint32_t point) const {
        if (point < table.count) return table[point];
        if (point < 0x40000) return SINGLE << 30 | point;
        return point >= 0xE0000 && point < 0xF0000 ? IGNORED << 30 : 0;
    }
    // What an entry counts as: one code point, or several.
    INLINE In<uint32_t> points(const uint32_t &entry) const {
        if (!(entry & EXPAND)) return {&entry, 1};
        int64_t first = entry & INDEX;
        return expansions.part(first + 1, first + 1 + expansions[first]);
    }
};

// A code point, and the bytes that it takes. U+FFFD of one byte where none begins: valid UTF-8 is expected, any
// bytes are safe.
struct Character {
    uint32_t point;
    int64_t size;
};
INLINE Character decode(In<uint8_t> text, int64_t at, int64_t end) {
    uint32_t c = text[at];
    auto tail = [&](int64_t i) { return (uint32_t)text[at + i] & 0x3F; };
    if (c < 0x80) return {c, 1};
    if (c >= 0xC2 && c < 0xE0 && at + 1 < end) return {(c & 0x1F) << 6 | tail(1), 2};
    if (c >= 0xE0 && c < 0xF0 && at + 2 < end) return {(c & 0x0F) << 12 | tail(1) << 6 | tail(2), 3};
    if (c >= 0xF0 && c < 0xF5 && at + 3 < end) return {(c & 7) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3), 4};
    return {0xFFFD, 1};
}

// The hash of the bytes of a word, eight at a time. The first eight pass through a bijection: words of up to
// eight bytes never collide with each other. Behind these the state has 128 bits, of which a word chooses 64,
// so that nobody finds two words of one hash with less than a search of some 2^32.
struct WordHash {
    static constexpr uint64_t START = 0x243F6A8885A308D3u, OTHER = 0x13198A2E03707344u, STEP = 0xA4093822299F31D0u;
    uint64_t a = START, b = OTHER;

    INLINE void last(uint64_t block) { b ^= mix(a ^= block); }
    INLINE void more(uint64_t block) {
        last(block);
        a ^= mix(b + STEP);
    }
    INLINE uint64_t value(bool several) const { return several ? b ^ a ^ mix(b + STEP) : b; }
};

// The word of size bytes at `at`, all ASCII, of which 16 bytes can be read behind each place. Every letter and
// digit has the bit of small letters, or gets it.
INLINE uint64_t ascii_word(In<uint8_t> text, int64_t at, int64_t size) {
    constexpr uint64_t small = 0x2020202020202020u;
    WordHash hash;
    int64_t left = size;
    for (; left > 8; left -= 8, at += 8) hash.more(text.load<uint64_t>(at) | small);
    hash.last((text.load<uint64_t>(at) | small) & ~0ull >> (64 - 8 * left));
    return hash.value(size > 8);
}

// A word that is read letter by letter.
struct OpenWord {
    static constexpr int64_t MARKS = 32;
    WordHash hash;
    uint64_t block = 0, many_marks = 0;
    int64_t filled = 0, mark_count = 0;
    bool several = false, is_open = false;
    uint32_t mark_points[MARKS];
    OpenWord() {}
    Out<uint32_t> marks() { return {mark_points, MARKS}; }

    INLINE void byte(uint64_t c) {
        if (filled == 8) {
            hash.more(block);
            block = 0, filled = 0, several = true;
        }
        block |= c << 8 * filled++;
    }
    // A code point as UTF-8.
    INLINE void point(uint32_t p) {
        if (p < 0x80) return byte(p);
        if (p < 0x800) byte(0xC0 | p >> 6);
        else if (p < 0x10000) byte(0xE0 | p >> 12), byte(0x80 | (p >> 6 & 0x3F));
        else byte(0xF0 | p >> 18), byte(0x80 | (p >> 12 & 0x3F)), byte(0x80 | (p >> 6 & 0x3F));
        byte(0x80 | (p & 0x3F));
    }
    // One more mark. Several in a row count the same in any order: sorted, or, if they are many, by their sum.
    void mark(uint32_t p) {
        if (!is_open) return;
        many_marks += mix(p);
        int64_t at = mark_count++;
        if (at >= MARKS) return;
        for (; at > 0 && marks()[at - 1] > p; at--) marks()[at] = marks()[at - 1];
        marks()[at] = p;
    }
    void end_marks() {
        if (mark_count <= MARKS) for (int64_t i = 0; i < mark_count; i++) point(marks()[i]);
        else for (int i = 0; i < 8; i++) byte(many_marks >> 8 * i & 0xFF);
        mark_count = 0, many_marks = 0;
    }
    INLINE void letter(uint32_t p) {
        if (mark_count) end_marks();
        is_open = true;
        point(p);
    }
    INLINE uint64_t end() {
        if (mark_count) end_marks();
        hash.last(block);
        return hash.value(several);
    }
};

// How many bytes a sign takes that ends before `at`, at most up to `start`, and which it is: '+', '-' (the
// hyphens, the en dash and the minus are one) or 0.
struct Sign {
    uint8_t sign;
    int64_t size;
};
INLINE Sign sign_of(In<uint8_t> text, int64_t start, int64_t at) {
    if (at == start) return {0, 0};
    uint8_t c = text[at - 1];
    if (c == '+' || c == '-') return {c, 1};
    if (c < 0x80 || at - start < 3) return {0, 0};
    uint32_t all = (uint32_t)text[at - 3] << 16 | text[at - 2] << 8 | c;
    if ((all >= 0xE28090 && all <= 0xE28093) || all == 0xE28892 || all == 0xEFB9A3 || all == 0xEFBC8D) return {'-', 3};
    return all == 0xEFBC8B ? Sign{'+', 3} : Sign{0, 0};
}
// The sign of the number that begins at `at`: none where a letter or a sign stands before it ("covid-19", "--5").
static Sign sign_before(In<uint8_t> text, int64_t start, int64_t at, const Unicode &unicode) {
    Sign sign = sign_of(text, start, at);
    int64_t end = at - sign.size;
    if (!sign.sign || end == start) return sign;
    if (sign_of(text, start, end).sign) return {0, 0};
    int64_t first = end - 1;
    while (first > start && end - first < 4 && (text[first] & 0xC0) == 0x80) first--;
    uint32_t entry = unicode[decode(text, first, end).point];
    return entry >> 30 == Unicode::WORD && !(entry & Unicode::DIGIT) ? Sign{0, 0} : sign;
}

// Where words stand: the bytes [start, end) of each.
struct Places {
    List<int64_t> starts, ends;
};

// The words of text[at:end], letter by letter, written to words[n:]; returns where they end. `start`: where the
// text begins, up to which a sign is looked for. At most one word a byte, and one more.
static int64_t words_slowly(In<uint8_t> text, int64_t start, int64_t at, int64_t end, const Unicode &unicode,
                            Out<uint64_t> words, int64_t n, Places *places) {
    OpenWord word;
    bool after_digit = false; // the last letter of the word is a digit, and not a raised one
    int64_t word_start = at, word_end = at;
    auto finish = [&] {
        if (!word.is_open) return;
        words[n++] = word.end();
        if (places) places->starts.add(word_start), places->ends.add(word_end);
        word = OpenWord();
    };
    while (at < end) {
        Character read = decode(text, at, end);
        uint32_t entry = unicode[read.point], kind = entry >> 30;
        int64_t behind = at + read.size;
        if (kind == Unicode::WORD) {
            if (!word.is_open) {
                Sign sign = entry & Unicode::DIGIT ? sign_before(text, start, at, unicode) : Sign{0, 0};
                if (sign.sign) word.letter(sign.sign);
                word_start = at - sign.size;
            } else if (entry & Unicode::RAISED && after_digit) word.letter('^'); // 10^5 is not 105
            for (uint32_t point : unicode.points(entry)) {
                if (point & Unicode::MARK) word.mark(point & Unicode::POINT);
                else word.letter(point & Unicode::POINT);
            }
            after_digit = entry & Unicode::DIGIT && !(entry & Unicode::RAISED);
            word_end = behind;
        } else if (kind == Unicode::IGNORED) word_end = behind;
        else {
            finish();
            if (kind == Unicode::SINGLE) for (uint32_t point : unicode.points(entry)) {
                word.letter(point & Unicode::POINT);
                word_start = at, word_end = behind;
                finish();
            }
        }
        at = behind;
    }
    finish();
    return n;
}

// Which of 64 bytes belong to words, and which are no ASCII: a bit for each.
struct Look {
    uint64_t word, high;
};
#ifdef __SSE2__
#include <emmintrin.h>
INLINE uint64_t top_bits(Bytes16 bytes) { return (uint32_t)_mm_movemask_epi8((__m128i)bytes); }
#else
INLINE uint64_t top_bits(Bytes16 bytes) {
    uint64_t bits = 0;
    for (int i = 0; i < 16; i++) bits |= (uint64_t)(bytes[i] >> 7) << i;
    return bits;
}
#endif
constexpr int64_t WINDOW = 64;
INLINE Look look(In<uint8_t> text, int64_t at) {
    Look seen = {0, 0};
    for (int i = 0; i < 4; i++) {
        Bytes16 bytes = text.load<Bytes16>(at + 16 * i);
        Bytes16 letter = (Bytes16)((bytes | 0x20) - 97 < 26), digit = (Bytes16)(bytes - 48 < 10);
        seen.word |= top_bits(letter | digit | bytes) << 16 * i;
        seen.high |= top_bits(bytes) << 16 * i;
    }
    return seen;
}
INLINE bool in_word(uint8_t c) { return (uint8_t)((c | 0x20) - 97) < 26 || (uint8_t)(c - 48) < 10 || c >= 0x80; }

// The words of text[at:end] written to words[n:]; returns where they end. Words of ASCII letters are found 64
// bytes at a time; what touches other bytes is read letter by letter.
static int64_t words_of(In<uint8_t> text, int64_t start, int64_t end, const Unicode &unicode, Out<uint64_t> words, int64_t n) {
    constexpr int64_t behind = WINDOW + 16; // bytes that are read from where a word may begin
    int64_t at = start;
    while (at < end && at + behind <= text.count) {
        Look seen = look(text, at);
        int64_t left = end - at, next = WINDOW;
        if (left < WINDOW) seen.word &= (1ull << left) - 1;
        while (seen.word) {
            int64_t first = __builtin_ctzll(seen.word);
            uint64_t gaps = ~(seen.word >> first);
            int64_t last = gaps ? first + __builtin_ctzll(gaps) : WINDOW;
            if (last >= WINDOW && left > WINDOW && first > 0) { // it may go on: look again from where it begins
                next = first;
                break;
            }
            int64_t stop = at + last;
            if (last >= WINDOW) while (stop < end && in_word(text[stop])) stop++;
            uint64_t inside = (last >= WINDOW ? ~0ull : (1ull << last) - 1) & ~0ull << first;
            uint8_t c = text[at + first];
            bool is_signed = (uint8_t)(c - 48) < 10 && at + first > start && sign_of(text, start, at + first).sign;
            if (seen.high & inside || stop > at + last || is_signed)
                n = words_slowly(text, start, at + first, stop, unicode, words, n, nullptr);
            else words[n++] = ascii_word(text, at + first, last - first);
            if (stop - at >= WINDOW) {
                next = stop - at;
                break;
            }
            seen.word &= ~inside;
        }
        at += next;
    }
    return at < end ? words_slowly(text, start, at, end, unicode, words, n, nullptr) : n;
}

// The words of each span data[starts[i]:ends[i]]: span i has words[owned[i]:owned[i + 1]]. `words` has room for one
// a byte, and one more a span. Returns how many there are.
API int64_t dd_tokenise(In<uint8_t> data, In<int64_t> starts, In<int64_t> ends, In<uint32_t> table, In<uint32_t> expansions,
                        Out<uint64_t> words, Out<int64_t> owned) {
    Unicode unicode = {table, expansions};
    int64_t n = 0;
    owned[0] = 0;
    for (int64_t i = 0; i < starts.count; i++) {
        In<uint8_t> text = data.from(starts[i]); // what stands behind the span may be read, not what stands before
        owned[i + 1] = n = words_of(text, 0, ends[i] - starts[i], unicode, words, n);
    }
    return n;
}

// The words of one text, and the bytes at which each begins and ends.
API int64_t dd_words_in(In<uint8_t> text, In<uint32_t> table, In<uint32_t> expansions, Out<uint64_t> words, Given *starts, Given *ends) {
    Places places;
    int64_t n = words_slowly(text, 0, 0, text.count, {table, expansions}, words, 0, &places);
    if (!places.starts.ok || !places.ends.ok) return OUT_OF_MEMORY;
    places.starts.give(*starts);
    places.ends.give(*ends);
    return n;
}
