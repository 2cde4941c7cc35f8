// Bytes of files and addresses -> lines, the end of a row of CSV, hosts.
#pragma once
#include "../base/byte_counts.h"

// Behind the line that begins at `at`: behind its line feed, or at the end of the data.
INLINE int64_t behind_line(In<uint8_t> data, int64_t at) { return least(data.find('\n', at) + 1, data.count); }

// Where the reading of a row of CSV is: as the csv module has it, a quote counts where a field begins, and a line end
// where no quote is open. In memory these are the four int64 that Python keeps from part to part, zeros at first.
struct RowState {
    static constexpr int64_t FIELD = 0, PLAIN = 1, QUOTED = 2, QUOTE = 3;
    int64_t place;       // where in a field the last byte was: one of the four
    int64_t was_return;  // whether it was a carriage return
    int64_t is_complete; // whether that ended the row
    int64_t lines;       // how many lines have ended
};

// How many bytes of `data` belong to the row where it ends in them; else -1.
static int64_t row_size(In<uint8_t> data, int64_t delimiter, RowState &state) {
    for (int64_t at = 0; at < data.count; at++) {
        uint8_t sign = data[at];
        if (state.is_complete) return at + (sign == '\n'); // by a carriage return, of which a line feed is a part
        state.lines += sign == '\r' || (sign == '\n' && !state.was_return);
        state.was_return = sign == '\r';
        if (state.place == RowState::QUOTED) state.place = sign == '"' ? RowState::QUOTE : RowState::QUOTED;
        else if (sign == '"' && state.place != RowState::PLAIN) state.place = RowState::QUOTED;
        else if (sign == '\n') return at + 1;
        else {
            state.is_complete = sign == '\r';
            state.place = sign == delimiter ? RowState::FIELD : RowState::PLAIN;
        }
    }
    return -1;
}

constexpr int64_t LONGEST_HOST = 253;            // bytes of a host's name, as the DNS has it
constexpr int64_t HOST_ROOM = 2 * LONGEST_HOST + 1; // bytes that are written at the most before a host is refused
constexpr int64_t NO_HOST = -1;

// Where the authority of an address begins; NO_HOST where it has none.
INLINE int64_t authority(In<uint8_t> address) {
    constexpr int64_t scheme = 32; // bytes within which it begins
    int64_t slashes = 0;
    bool may_be_slash = true;
    for (int64_t at = 0; at < least(address.count, scheme); at++) {
        uint8_t c = address[at], small = c | 0x20;
        if (c == '/') {
            if (!may_be_slash) return NO_HOST;
            if (++slashes == 2) return at + 1;
            continue;
        }
        bool is_letter_or_digit = (c >= '0' && c <= '9') || (small >= 'a' && small <= 'z');
        bool is_of_scheme = is_letter_or_digit || c == '+' || c == '-' || c == '.' || c == ':';
        if (slashes || !is_of_scheme) return NO_HOST;
        may_be_slash = c == ':';
    }
    return NO_HOST;
}

// Take port, last dot and `www.` off a host; returns its length, NO_HOST where nothing is left or it is too long.
INLINE int64_t trim_host(Out<uint8_t> host) {
    bool has_bracket = host.count > 0 && host[0] == '[';
    int64_t size = least(host.find(has_bracket ? ']' : ':', 0) + has_bracket, host.count);
    if (size > 0 && host[size - 1] == '.') size--;
    if (size > 4 && host[0] == 'w' && host[1] == 'w' && host[2] == 'w' && host[3] == '.') {
        host.copy(In<uint8_t>(host.part(4, size)));
        size -= 4;
    }
    return size > 0 && size <= LONGEST_HOST ? size : NO_HOST;
}

// Write the host of an address, in lower case, to the beginning of `out`; returns its length, NO_HOST without one.
// `out` has HOST_ROOM bytes, or as many as the address.
static int64_t write_host(In<uint8_t> address, Out<uint8_t> out) {
    int64_t at = authority(address), size = 0;
    if (at == NO_HOST) return NO_HOST;
    for (; at < address.count; at++) {
        uint8_t c = address[at];
        if (c == '/' || c == '?' || c == '#' || c == '\\') break;
        if (c == '@') { // what was before it is no host
            size = 0;
            continue;
        }
        if (c <= ' ' || c == 0x7F || size == HOST_ROOM) return NO_HOST;
        out[size++] = c >= 'A' && c <= 'Z' ? c | 0x20 : c;
    }
    return trim_host(out.first(size));
}

// How many line feeds `data` holds.
API int64_t dd_line_breaks(In<uint8_t> data) { return line_feeds(data); }

// Where the lines of `data` begin, and its end.
API int64_t dd_line_bounds(In<uint8_t> data, Given &bounds) {
    List<int64_t> found;
    found.add(0);
    for (int64_t at = 0; at < data.count && found.ok;) found.add(at = behind_line(data, at));
    if (!found.ok) return OUT_OF_MEMORY;
    found.give(bounds);
    return 0;
}

// See `row_size`. `state`: four numbers, written.
API int64_t dd_row_end(In<uint8_t> data, int64_t delimiter, Out<int64_t> state) {
    RowState carried = state.load<RowState>(0);
    int64_t size = row_size(data, delimiter, carried);
    state.store(0, carried);
    return size;
}

// Write the hosts of the addresses data[low[i]:high[i]] to `out`, end to end; where each begins, and behind the last
// one its end; and which addresses have one. Of each address `out` has the bytes, up to HOST_ROOM. Returns the bytes
// of all hosts.
API int64_t dd_hosts(In<uint8_t> data, In<int64_t> low, In<int64_t> high, Out<uint8_t> out, Out<int64_t> bounds,
                     Out<bool> has_host) {
    int64_t end = 0;
    bounds[0] = 0;
    for (int64_t i = 0; i < low.count; i++) {
        int64_t size = low[i] < high[i] ? write_host(data.part(low[i], high[i]), out.from(end)) : NO_HOST;
        has_host[i] = size != NO_HOST;
        bounds[i + 1] = end += most<int64_t>(size, 0);
    }
    return end;
}
