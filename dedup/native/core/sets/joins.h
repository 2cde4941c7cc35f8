// Keys that documents have -> which documents share them; matches -> which documents are kept.
#pragma once
#include "../base/orders.h"
#include "../base/simd.h"

// The bits of a key, mixed (Fibonacci hashing: Knuth 1973): keys are hashes mostly.
INLINE uint64_t mixed_bits(uint64_t key) { return key * 0x9E3779B97F4A7C15u; }

// A place in a hash table: a key and its number, from 1 on. Number 0: the place is free.
struct KeySlot {
    uint64_t key;
    int64_t number;
};

// What the keys of one part need to be numbered; used again for the next part.
struct PartRoom {
    Room<KeySlot> table{0};
    Room<uint64_t> keys{0};   // of the rows; then the different ones, by number
    Room<int32_t> counts{0};  // by number, how many rows have the key
    Room<int32_t> numbers{0}; // of the rows
    bool need(int64_t rows) {
        return table.need(slots_for(rows)) && keys.need(rows) && counts.need(rows) && numbers.need(rows);
    }
    // A power of two, so that at most half of the places are taken.
    static int64_t slots_for(int64_t rows) {
        int64_t slots = 2;
        while (slots < 2 * rows) slots *= 2;
        return slots;
    }
};

// Number the different keys of these rows as they come, from 0 on; returns how many there are.
static int64_t number_part(In<uint64_t> keys, In<int32_t> rows, PartRoom &room) {
    Slice<KeySlot> table = room.table.first(PartRoom::slots_for(rows.count));
    Slice<uint64_t> own = room.keys.first(rows.count);
    Slice<int32_t> numbers = room.numbers.first(rows.count), counts = room.counts.first(rows.count);
    table.fill({0, 0});
    for (int64_t i = 0; i < rows.count; i++) own[i] = keys[rows[i]]; // apart, these reads wait for each other less
    int64_t mask = table.count - 1, different = 0;
    for (int64_t i = 0; i < rows.count; i++) {
        uint64_t key = own[i];
        int64_t at = place_bits(key) & mask;
        while (table[at].number && table[at].key != key) at = (at + 1) & mask;
        if (!table[at].number) {
            own[different] = key, counts[different] = 0;
            table[at] = {key, ++different};
        }
        int64_t number = table[at].number - 1;
        numbers[i] = (int32_t)number;
        counts[number]++;
    }
    return different;
}

// The number of a key, from 0 on: a document that does not ask by a key has ~key, which is below 0.
INLINE int32_t number_of(int32_t key) { return key < 0 ? ~key : key; }

// How many keys there are.
INLINE int64_t count_of_keys(In<int32_t> keys) {
    int32_t greatest = -1;
    for (int32_t key : keys) greatest = most(greatest, number_of(key));
    return (int64_t)greatest + 1;
}

// Documents in order of place: document i has the keys keys[bounds[i]] to keys[bounds[i + 1]]. It asks by them only if
// it is asking, and if it is not kept it is as good as not there.
struct Documents {
    In<int32_t> places;
    In<int64_t> bounds;
    In<int32_t> keys;
    In<uint8_t> kept, asking;
    INLINE In<int32_t> keys_of(int64_t i) const { return keys.part(bounds[i], bounds[i + 1]); }
};

// The documents that have one key and that others are compared with: `count` of at most `seats`, from `first` on
// in an array of all keys'.
struct Holders {
    int64_t first;
    int32_t seats, count; // while seats are given, `count` is whether somebody asks by the key
};

// Give each key its seats, none of them taken; returns how many there are. A key has as many as documents that have
// it, but with more than `narrow` at most `hubs`, and none where nobody asks by it.
static int64_t assign_seats(const Documents &documents, int64_t hubs, int64_t narrow, Out<Holders> holders) {
    holders.fill({0, 0, 0});
    for (int64_t i = 0; i < documents.places.count; i++) {
        if (!documents.kept[i]) continue;
        bool is_asking = documents.asking[i];
        for (int32_t key : documents.keys_of(i)) {
            Holders &of_key = holders[number_of(key)];
            of_key.seats++;
            of_key.count |= is_asking && key >= 0;
        }
    }
    int64_t total = 0;
    for (Holders &of_key : holders) {
        int64_t seats = of_key.seats > narrow ? least<int64_t>(of_key.seats, hubs) : of_key.seats;
        of_key = {total, of_key.count ? (int32_t)seats : 0, 0};
        total += of_key.seats;
    }
    return total;
}

// Have the processor fetch what the next rows need: it is anywhere in memory, and takes longer than to count it.
INLINE void fetch_ahead(In<int32_t> keys, int64_t row, In<Holders> holders, In<int32_t> seats) {
    constexpr int64_t ahead = 24; // rows
    if (row + 2 * ahead < keys.count) __builtin_prefetch(&holders[number_of(keys[row + 2 * ahead])]);
    if (row + ahead >= keys.count) return;
    const Holders &of_key = holders[number_of(keys[row + ahead])];
    if (of_key.seats > 0) __builtin_prefetch(&seats[of_key.first]);
}

// ---- The functions of joins.py -----------------------------------------------------------------------------

// Number the keys that several rows have, part by part, in a part by the first row: for each row (-1 where no other
// row has its key), and by number the key and how many rows have it.
API int64_t dd_shared_keys(In<uint64_t> keys, int64_t parts, Out<int32_t> numbers, Given &given_keys,
                           Given &given_counts) {
    Room<int32_t> rows(keys.count);
    Room<int64_t> bounds(parts + 1);
    PartRoom room;
    List<uint64_t> shared;
    List<int32_t> counts;
    if (!rows.ok || !bounds.ok) return OUT_OF_MEMORY;
    auto part_of = [=](uint64_t key) { return (int64_t)(mixed_bits(key) >> 48) & (parts - 1); };
    group_rows(keys, bounds, part_of, [&](int64_t at, int64_t row) { rows[at] = (int32_t)row; });
    for (int64_t part = 0; part < parts; part++) {
        In<int32_t> own = rows.part(bounds[part], bounds[part + 1]);
        if (!room.need(own.count)) return OUT_OF_MEMORY;
        int64_t different = number_part(keys, own, room);
        Slice<int32_t> renamed = room.counts.first(different); // over the counts, which are read just before
        for (int64_t i = 0; i < different; i++) {
            int32_t count = room.counts[i];
            renamed[i] = count > 1 ? (int32_t)shared.count : -1;
            if (count > 1) shared.add(room.keys[i]), counts.add(count);
        }
        for (int64_t i = 0; i < own.count; i++) numbers[own[i]] = renamed[room.numbers[i]];
    }
    if (!shared.ok || !counts.ok) return OUT_OF_MEMORY;
    shared.give(given_keys), counts.give(given_counts);
    return 0;
}

// How many rows of each owner are chosen (not 0): owner i has rows[bounds[i]] to rows[bounds[i + 1]].
API int64_t dd_totals(In<uint8_t> rows, In<int64_t> bounds, Out<int64_t> totals) {
    for (int64_t owner = 0; owner < totals.count; owner++) {
        int64_t total = 0;
        for (uint8_t is_chosen : rows.part(bounds[owner], bounds[owner + 1])) total += is_chosen != 0;
        totals[owner] = total;
    }
    return 0;
}

// Copy the values, of `size` bytes each, of the owners `rows`, one after the other. ends[i]: where those of
// rows[i] begin in `out`.
API int64_t dd_chosen(In<uint8_t> values, int64_t size, In<int64_t> bounds, In<int64_t> rows, In<int64_t> ends,
                      Out<uint8_t> out) {
    for (int64_t i = 0; i < rows.count; i++) {
        In<uint8_t> own = values.part(size * bounds[rows[i]], size * bounds[rows[i] + 1]);
        out.part(size * ends[i], size * ends[i + 1]).copy(own);
    }
    return 0;
}

// Put each value behind those that its owner has in `out` already: ends[owner] is where these end, and moves on.
API int64_t dd_by_owner(In<int32_t> owners, In<int32_t> values, Out<int64_t> ends, Out<int32_t> out) {
    for (int64_t i = 0; i < owners.count; i++) out[ends[owners[i]]++] = values[i];
    return 0;
}

// Have each document ask by no more than asked[document] of its keys, those that the fewest documents have, of equally
// rare ones the lowest: the others become ~key.
API int64_t dd_ask(Out<int32_t> keys, In<int64_t> bounds, In<int64_t> asked) {
    Room<int32_t> counts(count_of_keys(keys));
    Room<int64_t> rarities(0), moved(0);
    if (!counts.ok) return OUT_OF_MEMORY;
    counts.fill(0);
    for (int32_t key : keys) counts[key]++;
    for (int64_t document = 0; document + 1 < bounds.count; document++) {
        Out<int32_t> own = keys.part(bounds[document], bounds[document + 1]);
        if (asked[document] >= own.count) continue;
        if (!rarities.need(own.count) || !moved.need(own.count)) return OUT_OF_MEMORY;
        Slice<int64_t> rarity = rarities.first(own.count), ordered = moved.first(own.count);
        for (int64_t i = 0; i < own.count; i++) rarity[i] = ordered[i] = (int64_t)counts[own[i]] << 32 | own[i];
        int64_t last = asked[document] > 0 ? kth_least(ordered, asked[document] - 1) : -1;
        for (int64_t i = 0; i < own.count; i++) own[i] = rarity[i] <= last ? own[i] : ~own[i];
    }
    return 0;
}

// Who shares as many as `needed` of the keys that a document asks by with it, of those before it: goes through the
// documents by place, and counts the keys for those that have them (ScanCount: Li, Lu and Lu 2008).
API int64_t dd_candidates(In<int32_t> places, In<int64_t> bounds, In<int32_t> keys, In<int8_t> needed,
                          In<uint8_t> kept, In<uint8_t> asking, int64_t hubs, int64_t narrow, Given &given_earlier,
                          Given &given_later) {
    Documents documents{places, bounds, keys, kept, asking};
    Room<Holders> holders(count_of_keys(keys));
    if (!holders.ok) return OUT_OF_MEMORY;
    Room<int32_t> seats(assign_seats(documents, hubs, narrow, holders));
    Room<int32_t> shared(places.count), met(places.count); // keys shared with each document; those that share some
    List<int32_t> earlier, later;
    if (!seats.ok || !shared.ok || !met.ok) return OUT_OF_MEMORY;
    shared.fill(0);
    for (int64_t i = 0; i < places.count; i++) {
        if (!kept[i]) continue;
        In<int32_t> own = documents.keys_of(i);
        int64_t count = 0;
        for (int64_t row = 0; asking[i] && row < own.count; row++) {
            fetch_ahead(keys, bounds[i] + row, holders, seats);
            if (own[row] < 0) continue;
            const Holders &of_key = holders[own[row]];
            for (int32_t other : seats.part(of_key.first, of_key.first + of_key.count)) {
                met[count] = other;
                count += shared[other]++ == 0;
            }
        }
        int64_t enough = 0;
        for (int64_t at = 0; at < count; at++) {
            int32_t other = met[at];
            met[enough] = places[other];
            enough += shared[other] >= needed[i];
            shared[other] = 0;
        }
        earlier.extend(met.first(enough));
        for (int64_t at = 0; at < enough; at++) later.add(places[i]);
        for (int32_t key : own) {
            Holders &of_key = holders[number_of(key)];
            if (of_key.count < of_key.seats) seats[of_key.first + of_key.count++] = (int32_t)i;
        }
    }
    if (!earlier.ok || !later.ok) return OUT_OF_MEMORY;
    earlier.give(given_earlier), later.give(given_later);
    return 0;
}

// How many keys two documents share. Fast where the pairs of one later document follow each other.
API int64_t dd_common(In<int32_t> keys, In<int64_t> bounds, In<int64_t> earlier, In<int64_t> later,
                      Out<int64_t> counts) {
    Room<int32_t> owners(count_of_keys(keys)); // who has the key, of the later documents so far the last one
    if (!owners.ok) return OUT_OF_MEMORY;
    owners.fill(-1);
    int64_t marked = -1;
    for (int64_t pair = 0; pair < counts.count; pair++) {
        if (later[pair] != marked) {
            marked = later[pair];
            for (int32_t key : keys.part(bounds[marked], bounds[marked + 1])) owners[number_of(key)] = (int32_t)marked;
        }
        int64_t count = 0, document = earlier[pair];
        for (int32_t key : keys.part(bounds[document], bounds[document + 1])) count += owners[number_of(key)] == marked;
        counts[pair] = count;
    }
    return 0;
}

// Which documents ask by as many as `needed` keys of more than `narrow` documents each, but are not among the first
// `hubs` documents that have them; and of how many keys that is so.
API int64_t dd_crowded(In<int32_t> places, In<int64_t> bounds, In<int32_t> keys, In<int8_t> needed, In<uint8_t> kept,
                       In<uint8_t> asking, int64_t hubs, int64_t narrow, Given &given_places, Given &given_wide) {
    Documents documents{places, bounds, keys, kept, asking};
    Room<int32_t> counts(count_of_keys(keys)), seen(counts.count); // documents that have each key: all, so far
    List<int32_t> crowded, wide;
    if (!counts.ok || !seen.ok) return OUT_OF_MEMORY;
    counts.fill(0);
    seen.fill(0);
    for (int64_t i = 0; i < places.count; i++) {
        if (!kept[i]) continue;
        for (int32_t key : documents.keys_of(i)) counts[number_of(key)]++;
    }
    for (int64_t i = 0; i < places.count; i++) {
        if (!kept[i]) continue;
        bool is_asking = asking[i];
        int32_t behind = 0;
        for (int32_t key : documents.keys_of(i)) {
            int32_t number = number_of(key), rank = ++seen[number];
            behind += is_asking && key >= 0 && counts[number] > narrow && rank > hubs;
        }
        if (behind > 0 && behind >= needed[i]) crowded.add(places[i]), wide.add(behind);
    }
    if (!crowded.ok || !wide.ok) return OUT_OF_MEMORY;
    crowded.give(given_places), wide.give(given_wide);
    return 0;
}
