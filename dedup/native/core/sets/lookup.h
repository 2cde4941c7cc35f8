// An index: keys and who has them, in pages by the leading bits of the keys -> who shares enough keys.
#pragma once
#include "../base/orders.h"
#include "shingles.h"

constexpr int64_t LEAST_BITS = 12; // leading bits of a key that tell its page, at the least
constexpr int64_t ENTRY_BITS = 32; // bits of a key that an entry has, above as many of a number
constexpr int64_t LOST_BITS = 64 - LEAST_BITS - ENTRY_BITS; // bits at the end of a key that no entry has
constexpr uint64_t LOW = 0xFFFFFFFFu;

INLINE uint64_t bits_of_entry(uint64_t key) { return key >> LOST_BITS & LOW; }

// The page of a key: its leading `bits`, LEAST_BITS or more.
struct PageOf {
    int64_t bits;
    INLINE int64_t operator()(uint64_t key) const { return (int64_t)(key >> (64 - bits)); }
};

INLINE void spread_body(In<uint64_t> keys, Out<uint64_t> out) {
    In<uint64_t> own = keys.first(out.count);
    for (int64_t i = 0; i < out.count; i++) out[i] = mix(own[i]);
}
LEVELS(spread, (In<uint64_t> keys, Out<uint64_t> out), (keys, out))

// What is checked of a page before its entries are used: the sum of all of it, which changes with each of them and
// with where it is, and with where the page is; whether no entry is greater than the next one; the highest number.
struct PageCheck {
    uint64_t sum, highest;
    bool is_ascending;
};
INLINE void check_page_body(In<uint64_t> page, uint64_t place, PageCheck &check) {
    int64_t pairs = most<int64_t>(page.count - 1, 0), falls = 0;
    In<uint64_t> ones = page.first(pairs), next = page.part(page.count - pairs, page.count);
    for (int64_t i = 0; i < pairs; i++) falls += ones[i] > next[i];
    // Odd factors: no change of one entry is lost. Five times as fast as zlib's CRC-32.
    uint64_t sum = 0, factor = 1, highest = 0;
    for (int64_t i = 0; i < page.count; i++, factor += 2) {
        sum += (page[i] ^ page[i] >> ENTRY_BITS) * factor;
        highest = most(highest, page[i] & LOW);
    }
    check = {mix(sum ^ mix(place + factor)), highest, !falls};
}
LEVELS(check_page, (In<uint64_t> page, uint64_t place, PageCheck &check), (page, place, check))

// The documents that have each key: key k is in holders[starts[k]] to holders[ends[k]], ascending.
struct HolderLists {
    In<int64_t> starts, ends, holders;
    INLINE In<int64_t> operator[](int32_t key) const { return holders.part(starts[key], ends[key]); }
};

// ---- The functions of lookup.py ----------------------------------------------------------------------------

// The keys, mixed.
API int64_t dd_spread(In<uint64_t> keys, Out<uint64_t> out) {
    spread(keys, out);
    return 0;
}

// The rows of the keys by page, and where each page begins.
API int64_t dd_by_page(In<uint64_t> keys, int64_t bits, Out<int64_t> rows, Out<int64_t> bounds) {
    group_rows(keys, bounds, PageOf{bits}, [=](int64_t at, int64_t row) { rows[at] = row; });
    return 0;
}

// The entries of the keys and numbers by page, in each ascending, and where each page begins.
API int64_t dd_entries(In<uint64_t> keys, In<uint64_t> numbers, int64_t bits, Out<uint64_t> out, Out<int64_t> bounds) {
    group_rows(keys, bounds, PageOf{bits}, [=](int64_t at, int64_t row) {
        out[at] = bits_of_entry(keys[row]) << ENTRY_BITS | numbers[row];
    });
    for (int64_t page = 0; page + 1 < bounds.count; page++) sort(out.part(bounds[page], bounds[page + 1]));
    return 0;
}

// What the entries of the pages tell of their keys.
API int64_t dd_keys_of(In<uint64_t> entries, In<int64_t> bounds, In<int64_t> pages, int64_t bits, Out<uint64_t> out) {
    for (int64_t i = 0; i < pages.count; i++) {
        uint64_t leading = (uint64_t)pages[i] >> (bits - LEAST_BITS) << (64 - LEAST_BITS);
        In<uint64_t> own = entries.part(bounds[i], bounds[i + 1]);
        Out<uint64_t> keys = out.part(bounds[i], bounds[i + 1]);
        for (int64_t at = 0; at < own.count; at++) keys[at] = leading | own[at] >> ENTRY_BITS << LOST_BITS;
    }
    return 0;
}

// Of each page, which has entries[bounds[i]] to entries[bounds[i + 1]] and is at places[i]: its sum, whether its entries
// ascend, and the highest number of a document in it.
API int64_t dd_check_pages(In<uint64_t> entries, In<int64_t> bounds, In<int64_t> places, Out<uint64_t> sums,
                           Out<uint8_t> are_ascending, Out<int64_t> highest) {
    for (int64_t i = 0; i < places.count; i++) {
        PageCheck check;
        check_page(entries.part(bounds[i], bounds[i + 1]), (uint64_t)places[i], check);
        sums[i] = check.sum, are_ascending[i] = check.is_ascending, highest[i] = (int64_t)check.highest;
    }
    return 0;
}

// Who has some of the keys: of each key that somebody has one row and how many have it, and their numbers where
// these are not more than `limit`. Page i has entries[bounds[i]] to entries[bounds[i + 1]], ascending, and the keys in
// it are those of rows[starts[i]] to rows[ends[i]]. Returns how many keys somebody has.
API int64_t dd_postings(In<uint64_t> entries, In<int64_t> bounds, In<uint64_t> keys, In<int64_t> rows,
                        In<int64_t> starts, In<int64_t> ends, int64_t limit, Out<int64_t> key_rows,
                        Out<int64_t> counts, Given &given_numbers) {
    int64_t different = 0;
    List<int64_t> numbers;
    Room<uint8_t> is_done(0); // by the first entry of a key: whether it was asked for before
    for (int64_t i = 0; i < starts.count; i++) {
        if (starts[i] == ends[i]) continue;
        In<uint64_t> page = entries.part(bounds[i], bounds[i + 1]);
        if (!is_done.need(page.count)) return OUT_OF_MEMORY;
        is_done.first(page.count).fill(0);
        for (int64_t row : rows.part(starts[i], ends[i])) {
            uint64_t wanted = bits_of_entry(keys[row]);
            int64_t first = count_below(page, wanted << ENTRY_BITS), end = first;
            if (first == page.count || page[first] >> ENTRY_BITS != wanted || is_done[first]) continue;
            is_done[first] = 1;
            while (end < page.count && page[end] >> ENTRY_BITS == wanted) end++;
            key_rows[different] = row, counts[different] = end - first;
            different++;
            if (end - first > limit) continue;
            for (uint64_t entry : page.part(first, end)) numbers.add((int64_t)(entry & LOW));
        }
    }
    if (!numbers.ok) return OUT_OF_MEMORY;
    numbers.give(given_numbers);
    return different;
}

// By which of its keys each document asks: of those that somebody has (not -1) all but the wanted[document] - 1
// that most have, or some more, so that up to `enough` shared ones are among them.
API int64_t dd_rarest(In<int32_t> keys, In<int64_t> bounds, In<int64_t> sizes, In<int64_t> wanted, int64_t enough,
                      Out<uint8_t> asks) {
    Room<int64_t> rarities(0);
    for (int64_t document = 0; document + 1 < bounds.count; document++) {
        In<int32_t> own = keys.part(bounds[document], bounds[document + 1]);
        Out<uint8_t> own_asks = asks.part(bounds[document], bounds[document + 1]);
        if (!rarities.need(own.count)) return OUT_OF_MEMORY;
        // No two are equal, since a rarity ends in the row.
        auto rarity_of = [=](int64_t row) { return sizes[own[row]] << 32 | row; };
        int64_t count = 0;
        for (int64_t row = 0; row < own.count; row++)
            if (own[row] >= 0) rarities[count++] = rarity_of(row);
        int64_t asked = count - wanted[document] + least(wanted[document], enough);
        if (count < wanted[document] || asked <= 0) continue;
        int64_t last = kth_least(rarities.first(count), least(asked, count) - 1);
        for (int64_t row = 0; row < own.count; row++) own_asks[row] = own[row] >= 0 && rarity_of(row) <= last;
    }
    return 0;
}

// Who shares as many keys as wanted[document] with each document, of those that share enough of the keys that it
// asks by. Counts the holders one by one (ScanCount: Li, Lu and Lu 2008). `shared`: a zero for each number that
// there is, and zeros again afterwards.
API int64_t dd_sharing(In<int32_t> keys, In<int64_t> bounds, In<uint8_t> asks, In<int64_t> wanted, int64_t enough,
                       In<int64_t> starts, In<int64_t> ends, In<int64_t> holders, Out<int32_t> shared,
                       Given &given_documents, Given &given_others) {
    HolderLists lists{starts, ends, holders};
    List<int64_t> documents, others, met; // met: who shares enough of the keys that one document asks by
    for (int64_t document = 0; document + 1 < bounds.count; document++) {
        In<int32_t> own = keys.part(bounds[document], bounds[document + 1]);
        In<uint8_t> own_asks = asks.part(bounds[document], bounds[document + 1]);
        int64_t needed = wanted[document], needed_of_asked = least(needed, enough);
        met.drop(0);
        for (int64_t row = 0; row < own.count; row++) {
            if (!own_asks[row]) continue;
            for (int64_t holder : lists[own[row]])
                if (++shared[holder] == needed_of_asked) met.add(holder);
        }
        for (int64_t holder : met.all()) {
            int64_t count = shared[holder];
            for (int64_t row = 0; row < own.count && count < needed; row++) {
                if (own[row] < 0 || own_asks[row]) continue;
                In<int64_t> list = lists[own[row]];
                int64_t at = count_below(list, holder);
                count += at < list.count && list[at] == holder;
            }
            if (count >= needed) documents.add(document), others.add(holder);
        }
        for (int64_t row = 0; row < own.count; row++) {
            if (!own_asks[row]) continue;
            for (int64_t holder : lists[own[row]]) shared[holder] = 0;
        }
    }
    if (!met.ok || !documents.ok || !others.ok) return OUT_OF_MEMORY;
    documents.give(given_documents), others.give(given_others);
    return 0;
}
