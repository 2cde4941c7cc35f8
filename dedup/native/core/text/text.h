// UTF-8 texts -> the bytes of their paragraphs.
#pragma once
#include "../base/byte_counts.h"
#include "sentences.h"
#include "../sets/shingles.h"

// A line that is not blank: its bytes, blanks around left out; its number in the text; its characters, if counted.
struct Line {
    int64_t start, end, number, width;
};

// Where paragraphs are: the bytes [start, end) of each. `lines` are those of the last text that was split.
struct Paragraphs {
    List<int64_t> starts, ends;
    List<Line> lines;
    bool ok() const { return starts.ok && ends.ok && lines.ok; } // whether there was memory for all
    void clear() { starts.drop(0), ends.drop(0); }
};

// Behind the last character of text[start:end] that is not blank.
INLINE int64_t behind_last(In<uint8_t> text, int64_t start, int64_t end) {
    while (end > start) {
        int64_t size = 1;
        while (size < 3 && end - size > start && (text[end - size] & 0xC0) == 0x80) size++;
        if (space_length(text, end - size, end) != size) break;
        end -= size;
    }
    return end;
}

// Make `lines` the lines of text[start:end] that are not blank.
static void find_lines(In<uint8_t> text, int64_t start, int64_t end, List<Line> &lines) {
    lines.drop(0);
    int64_t at = start;
    for (int64_t number = 0; at < end; number++) {
        int64_t stop = line_end(text, at, end);
        at = past_blanks(text, at, stop);
        if (at < stop) lines.add({at, behind_last(text, at, stop), number, 0});
        at = stop < end ? stop + break_length(text, stop, end) : end;
    }
}

// Blanks (bytes) between the beginning of the line and its first character at `at`; the text begins at `start`.
INLINE int64_t indent(In<uint8_t> text, int64_t start, int64_t at) {
    int64_t first = at;
    while (first > start && (text[first - 1] == ' ' || text[first - 1] == '\t')) first--;
    return at - first;
}

// Whether the character before `end` is one of . ! ? , ; : or their ideographic forms.
INLINE bool ends_clause(In<uint8_t> text, int64_t end) {
    switch (text[end - 1]) {
    case '.': case '!': case '?': case ',': case ':': case ';': return true;
    default: break;
    }
    if (end < 3) return false;
    uint32_t all = three_bytes(text, end - 3, end);
    bool is_wide = all == 0xEFBC81 || all == 0xEFBC8C || (all >= 0xEFBC9A && all <= 0xEFBC9F);
    return is_wide || all == 0xE38081 || all == 0xE38082;
}

// Whether a line goes on where the one before it ended: directly below it, and not further to the right.
INLINE bool follows(In<uint8_t> text, int64_t start, const Line &line, const Line &next) {
    return next.number == line.number + 1 && indent(text, start, next.start) <= indent(text, start, line.start);
}

// Characters of the first word of a line; of a script without spaces, which breaks anywhere, those of a "word".
INLINE int64_t first_word(In<uint8_t> text, const Line &line) {
    constexpr int64_t longest = 60, unspaced = 2;
    if (text[line.start] >= 0xE0) return unspaced;
    int64_t characters = 0;
    for (uint8_t c : text.part(line.start, least(line.end, line.start + longest))) {
        if (c <= ' ') break;
        characters += (c & 0xC0) != 0x80;
    }
    return characters;
}

// Whether a line begins with a capital (ASCII or Cyrillic), a sign or a figure.
INLINE bool begins_anew(In<uint8_t> text, const Line &line) {
    uint8_t c = text[line.start];
    if (c < 0x80) return !is_small(c);
    if (c != 0xD0 || line.end - line.start < 2) return false;
    return text[line.start + 1] >= 0x80 && text[line.start + 1] <= 0xAF;
}

// Whether the lines of the text from `start` on are parts of paragraphs that were broken at a fixed width, each line
// filled as far as words allow: most lines inside a block are full, so that the first word of the next line would
// hardly have fitted. With these numbers 67 % of the 21,578 Reuters stories (typed at about 65 columns; the rest are
// one line or a table) count as wrapped, and none of 6,907 news articles that have a paragraph a line.
static bool is_hard_wrapped(In<uint8_t> text, int64_t start, Slice<Line> lines) {
    constexpr double full_share = 0.75, capital_share = 0.8, ended_share = 0.5;
    constexpr int64_t narrowest = 50, widest_allowed = 120, slack = 6, least_lines = 3, most_bytes_of_character = 4;
    if (lines.count < least_lines + 1) return false;
    int64_t widest = 0;
    for (Line &line : lines) {
        if (line.end - line.start > most_bytes_of_character * widest_allowed) return false;
        line.width = characters_of_line(text.part(line.start, line.end));
        widest = most(widest, line.width);
        if (widest > widest_allowed) return false;
    }
    int64_t inner = 0, full = 0, capital = 0, ended = 0;
    for (int64_t i = 0; i < lines.count - 1; i++) {
        const Line &line = lines[i], &next = lines[i + 1];
        if (!follows(text, start, line, next)) continue;
        inner++;
        capital += begins_anew(text, next);
        ended += ends_clause(text, line.end);
        full += line.width + 1 + first_word(text, next) > widest - slack;
    }
    if (widest < narrowest || inner < least_lines || (double)full < full_share * (double)inner) return false;
    // Lines that begin with a capital, a sign or a figure, or end with a stop or a comma are verses, items or
    // paragraphs, however even their lengths.
    return (double)capital <= capital_share * (double)inner && (double)ended <= ended_share * (double)inner;
}

constexpr int64_t LONG_LINE = 2000; // bytes from which on a line is a page without its line breaks

// Add the paragraphs of the text data[start:end]: its lines, the blocks of a text that is hard-wrapped, the sentences
// of long lines. Some are missing if paragraphs.ok() is false afterwards.
static void split_text(In<uint8_t> data, int64_t start, int64_t end, Paragraphs &paragraphs) {
    List<int64_t> &starts = paragraphs.starts, &ends = paragraphs.ends;
    In<uint8_t> text = data.first(end);
    find_lines(text, start, end, paragraphs.lines);
    Slice<Line> lines = paragraphs.lines.all();
    bool is_wrapped = is_hard_wrapped(text, start, lines);
    for (int64_t i = 0; i < lines.count && paragraphs.ok(); i++) {
        const Line &line = lines[i];
        if (is_wrapped && i > 0 && follows(text, start, lines[i - 1], line)) ends[ends.count - 1] = line.end;
        else if (line.end - line.start >= LONG_LINE) add_sentences(text, line.start, line.end, starts, ends);
        else starts.add(line.start), ends.add(line.end);
    }
}

// The paragraphs of the texts data[texts[i]:texts[i + 1]], n of them: the bytes where each starts and ends. Text i has
// the paragraphs owned[i] to owned[i + 1] (n + 1).
API int64_t dd_split(In<uint8_t> data, In<int64_t> texts, Given &starts, Given &ends, Out<int64_t> owned) {
    Paragraphs paragraphs;
    owned[0] = 0;
    for (int64_t i = 0; i + 1 < texts.count; i++) {
        split_text(data, texts[i], texts[i + 1], paragraphs);
        owned[i + 1] = paragraphs.starts.count;
    }
    if (!paragraphs.ok()) return OUT_OF_MEMORY;
    paragraphs.starts.give(starts);
    paragraphs.ends.give(ends);
    return 0;
}
