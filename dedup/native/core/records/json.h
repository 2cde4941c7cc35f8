// JSON objects as bytes -> the fields that are read. What is rare or wrong is left to a library: an object is READ
// only where it is valid beyond doubt (RFC 8259), so that no second opinion can differ.
#pragma once
#include "json_strings.h"

// Behind the blanks at `at`.
INLINE int64_t behind_blanks(In<uint8_t> data, int64_t at, int64_t end) {
    while (at < end && (data[at] == ' ' || data[at] == '\t' || data[at] == '\n' || data[at] == '\r')) at++;
    return at;
}
// Behind the digits at `at`.
INLINE int64_t behind_digits(In<uint8_t> data, int64_t at, int64_t end) {
    while (at < end && data[at] >= '0' && data[at] <= '9') at++;
    return at;
}

// Behind the number at `at`; INVALID where it is not valid, or may be beyond what a double holds.
static int64_t behind_number(In<uint8_t> data, int64_t at, int64_t end) {
    constexpr int64_t most_digits = 100, most_of_exponent = 2;
    if (data[at] == '-') at++;
    int64_t behind = behind_digits(data, at, end), digits = behind - at;
    if (digits == 0 || digits > most_digits || (data[at] == '0' && digits > 1)) return INVALID;
    at = behind;
    if (at < end && data[at] == '.') {
        behind = behind_digits(data, at + 1, end);
        if (behind == at + 1) return INVALID;
        at = behind;
    }
    if (at < end && (data[at] | 32) == 'e') {
        at++;
        if (at < end && (data[at] == '+' || data[at] == '-')) at++;
        behind = behind_digits(data, at, end);
        return behind > at && behind - at <= most_of_exponent ? behind : INVALID;
    }
    return at;
}

// Behind the word at `at`; INVALID where it is another one.
template <int size> INLINE int64_t behind_word(In<uint8_t> data, int64_t at, int64_t end, const char (&word)[size]) {
    constexpr int64_t letters = size - 1; // without the zero at its end
    if (at + letters > end) return INVALID;
    In<char> expected = {word, letters};
    for (int64_t i = 0; i < letters; i++)
        if (data[at + i] != (uint8_t)expected[i]) return INVALID;
    return at + letters;
}

// Behind the string, number, true, false or null at `at`; INVALID where it is none.
static int64_t behind_scalar(In<uint8_t> data, int64_t at, int64_t end) {
    switch (data[at]) {
    case '"': return behind_string(data, at + 1, end);
    case 't': return behind_word(data, at, end, "true");
    case 'f': return behind_word(data, at, end, "false");
    case 'n': return behind_word(data, at, end, "null");
    default: return behind_number(data, at, end);
    }
}

// Behind the value at `at`, whatever it is; INVALID where it is not valid or nested too deeply.
static int64_t behind_value(In<uint8_t> data, int64_t at, int64_t end) {
    enum { VALUE, FIRST_VALUE, KEY, FIRST_KEY, AFTER } state = VALUE;
    constexpr int deepest = 64;
    int depth = 0;
    uint64_t objects = 0; // a bit for each open bracket: 1 for that of an object
    while (at >= 0 && at < end) {
        uint8_t c = data[at];
        bool in_object = objects & 1;
        bool closes_empty = (state == FIRST_KEY && c == '}') || (state == FIRST_VALUE && c == ']');
        if (closes_empty || (state == AFTER && c == (in_object ? '}' : ']'))) {
            at++, depth--, objects >>= 1;
            state = AFTER;
        } else if (state == AFTER) {
            at = c == ',' ? at + 1 : INVALID;
            state = in_object ? KEY : VALUE;
        } else if (state == KEY || state == FIRST_KEY) {
            at = c == '"' ? behind_string(data, at + 1, end) : INVALID;
            at = at > 0 ? behind_blanks(data, at, end) : end;
            at = at < end && data[at] == ':' ? at + 1 : INVALID;
            state = VALUE;
        } else if (c == '{' || c == '[') {
            at = ++depth < deepest ? at + 1 : INVALID;
            objects = objects << 1 | (c == '{');
            state = c == '{' ? FIRST_KEY : FIRST_VALUE;
        } else {
            at = behind_scalar(data, at, end);
            state = AFTER;
        }
        if (at < 0 || (state == AFTER && depth == 0)) return at;
        at = behind_blanks(data, at, end);
    }
    return INVALID;
}

// The names (UTF-8) of the fields that are read; empty where there is none.
struct FieldNames {
    In<uint8_t> text, id, order, url, title;
};

// Where a value is in the data; from 0 to 0 where there is none.
struct ValueSpan {
    int64_t start, end;
};

enum RecordKind : uint8_t { BLANK = 0, READ = 1, ASK = 2 }; // as records.py has them

// What was found in one record. `text_end`, `id_end`: where its text and its identifier end; `literal`: where the
// text's literal is, quotes included; the others: where the values of these fields are. Of a record that is not READ
// there is nothing.
struct Record {
    RecordKind kind;
    bool has_id;
    int64_t text_end, id_end;
    ValueSpan literal, order, url, title;
};

// Write the identifier at `at` to ids[n:], a string or a plain integer. Returns where both go on: `out` stays `n`
// where it is null; `at` is INVALID for anything else.
static Position read_id(In<uint8_t> data, int64_t at, int64_t end, Out<uint8_t> ids, int64_t n) {
    constexpr int64_t longest = 18; // digits and sign
    uint8_t c = data[at];
    if (c == '"') return read_string<true>(data, at + 1, end, ids, n);
    if (c == 'n') return {behind_word(data, at, end, "null"), n};
    int64_t behind = behind_number(data, at, end);
    if (behind == INVALID || behind - at > longest) return {INVALID, n};
    if (behind_digits(data, at + (c == '-'), end) != behind) return {INVALID, n};
    if (c == '-' && data[at + 1] == '0') return {INVALID, n};
    ids.from(n).copy(data.part(at, behind));
    return {behind, n + behind - at};
}

// Read the object whose bracket is before `at` and that ends data[:end], blanks aside. Its text goes to texts[t:], its
// identifier to ids[n:]. Both have BLOCK bytes more than the object: anything may be written behind what is read.
static Record read_object(In<uint8_t> data, int64_t at, int64_t end, const FieldNames &fields, Out<uint8_t> texts,
                          int64_t t, Out<uint8_t> ids, int64_t n) {
    const Record none = {ASK, false, t, n, {}, {}, {}, {}};
    Record record = none;
    bool has_text = false, has_id_field = false;
    at = behind_blanks(data, at, end);
    while (at < end && data[at] == '"') {
        int64_t free = record.text_end; // of `texts` from here on: for the name of the field
        Position name = read_string<true>(data, at + 1, end, texts, free);
        if (name.at == INVALID) return none;
        at = behind_blanks(data, name.at, end);
        if (at >= end || data[at] != ':') return none;
        int64_t start = behind_blanks(data, at + 1, end);
        if (start >= end) return none;
        In<uint8_t> field = texts.part(free, name.out);
        bool is_order = fields.order.count && field == fields.order;
        bool is_url = fields.url.count && field == fields.url;
        bool is_title = fields.title.count && field == fields.title;
        if (field == fields.text) {
            if (data[start] != '"' || has_text) return none;
            Position text = read_string<true>(data, start + 1, end, texts, t);
            at = text.at, record.text_end = text.out, has_text = true;
            record.literal = {start, at};
        } else if (field == fields.id) {
            if (has_id_field) return none;
            Position id = read_id(data, start, end, ids, n);
            at = id.at, record.id_end = id.out, has_id_field = true;
            record.has_id = data[start] != 'n';
        } else at = behind_value(data, start, end);
        if (at == INVALID) return none;
        if (is_order) record.order = {start, at};
        if (is_url) record.url = {start, at};
        if (is_title) record.title = {start, at};
        at = behind_blanks(data, at, end);
        if (at >= end) return none;
        if (data[at] == '}' && behind_blanks(data, at + 1, end) == end) {
            record.kind = READ;
            return has_text ? record : none;
        }
        if (data[at] != ',') return none;
        at = behind_blanks(data, at + 1, end);
    }
    return none;
}

// Read the record data[low:high]: see `read_object`.
static Record read_record(In<uint8_t> data, int64_t low, int64_t high, const FieldNames &fields, Out<uint8_t> texts,
                          int64_t t, Out<uint8_t> ids, int64_t n) {
    In<uint8_t> record = data.part(low, high); // so that no index beyond it is counted with
    int64_t at = behind_blanks(record, 0, record.count);
    if (at == record.count) return {BLANK, false, t, n, {}, {}, {}, {}};
    if (record[at] != '{') return {ASK, false, t, n, {}, {}, {}, {}};
    return read_object(data, low + at + 1, high, fields, texts, t, ids, n);
}

// Read the records data[low[i]:high[i]], disjoint and in order, n of them. Written: their kinds and whether they have
// an identifier (n); texts and identifiers end to end, and where each begins (n + 1; both have BLOCK bytes more than
// `data`); `spans` (4 n pairs): where the literals are, then the values of the order, url and title fields.
API int64_t dd_read(In<uint8_t> data, In<int64_t> low, In<int64_t> high, In<uint8_t> text, In<uint8_t> id,
                    In<uint8_t> order, In<uint8_t> url, In<uint8_t> title, Out<uint8_t> kinds, Out<bool> has_id,
                    Out<uint8_t> texts, Out<int64_t> text_bounds, Out<uint8_t> ids, Out<int64_t> id_bounds,
                    Out<int64_t> spans) {
    FieldNames fields = {text, id, order, url, title};
    int64_t count = low.count, t = 0, n = 0;
    text_bounds[0] = id_bounds[0] = 0;
    for (int64_t i = 0; i < count; i++) {
        Record record = read_record(data, low[i], high[i], fields, texts, t, ids, n);
        kinds[i] = record.kind, has_id[i] = record.has_id;
        text_bounds[i + 1] = t = record.text_end;
        id_bounds[i + 1] = n = record.id_end;
        spans.store(2 * i, record.literal);
        spans.store(2 * (count + i), record.order);
        spans.store(2 * (2 * count + i), record.url);
        spans.store(2 * (3 * count + i), record.title);
    }
    return 0;
}
