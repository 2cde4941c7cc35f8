// Words of paragraphs -> the pairs of paragraphs of one document that are worth comparing.
#pragma once
#include "../base/orders.h"
#include "../sets/shingles.h"

constexpr int64_t TOP = 6, HEADLINE = 25; // paragraphs at the top that may hold the headline; its words at the most
constexpr int64_t PARTNERS = 3;           // partners proposed for a paragraph at the most
constexpr double LEAST_SHARE = 0.3;       // of the shorter one's shingles
// 3 % of characters changed leave 57 % of 3-grams as they were; one shingle alone is chance.
constexpr int64_t LEAST_SHINGLES = 2;
// Bits of a place's number: two bits for each of 2^16 places are 16 KB, half of what a core has near.
constexpr int PLACE_BITS = 16;
constexpr int64_t SEEN_WORDS = (1 << PLACE_BITS) / 32;

// One hash for a paragraph's words in order; 0 for a paragraph without words.
INLINE uint64_t paragraph_hash(In<uint64_t> words) {
    uint64_t h = (uint64_t)words.count;
    for (uint64_t word : words) h = (h ^ word) * 0xC2B2AE3D27D4EB4Fu;
    return words.count ? mix(h) | 1 : 0;
}

// A document's paragraphs: paragraph i has words[owned[i]:owned[i + 1]] and this hash.
struct ParagraphWords {
    In<uint64_t> words;
    In<int64_t> owned;
    In<uint64_t> hashes;

    INLINE int64_t count() const { return hashes.count; }
    INLINE In<uint64_t> of(int64_t i) const { return words.part(owned[i], owned[i + 1]); }
};

// Whether two paragraphs may be a headline and its copy: a few words, of which half as many as the shorter one has
// stand in both. In a headline of five words one slip leaves no 3-gram: at the top words are compared.
static bool titled(In<uint64_t> one, In<uint64_t> other) {
    int64_t size = least(one.count, other.count), both = 0;
    if (size < 3 || most(one.count, other.count) > HEADLINE) return false;
    for (uint64_t word : one)
        for (uint64_t candidate : other)
            if (word == candidate) {
                both++;
                break;
            }
    return 2 * both >= size;
}

// How often something was seen at a place: two bits for each, 0, once (1) or more often (3).
struct SeenPlaces {
    Out<uint64_t> bits;

    INLINE uint64_t at(uint32_t place) const { return bits[place >> 5] >> (place & 31) * 2 & 3; }
    INLINE void see_once(uint32_t place) const { bits[place >> 5] |= 1ull << (place & 31) * 2; }
    // Mark a place as seen, and as seen again where it was; returns whether it was.
    INLINE uint64_t see(uint32_t place) const {
        uint64_t shift = (place & 31) * 2, held = bits[place >> 5], known = held >> shift & 1;
        bits[place >> 5] = held | (1 | known << 1) << shift;
        return known;
    }
};

// False only where nothing is proposed for a document: so for three documents in four, at a third of the cost.
//
// Writes the place of each 3-gram to `places`, and to `seen` whether it came once or more often, or shares its
// place with another. A paragraph shares no more shingles with an earlier one than were seen.
static bool said_twice(const ParagraphWords &document, Out<uint32_t> places, SeenPlaces seen) {
    seen.bits.fill(0);
    int64_t begin = document.owned[0], runs = document.owned[document.count()] - begin - 2, repeats = 0;
    if (runs > 0) { // words are hashes: this spreads as well as factors do
        In<uint64_t> w0 = document.words.part(begin, begin + runs), w1 = document.words.part(begin + 1, begin + 1 + runs);
        In<uint64_t> w2 = document.words.part(begin + 2, begin + 2 + runs);
        Out<uint32_t> out = places.first(runs);
        for (int64_t i = 0; i < runs; i++) out[i] = (uint32_t)((w0[i] + (w1[i] >> 5) + (w2[i] << 11)) >> (64 - PLACE_BITS));
    }
    int64_t shortest = runs;
    for (int64_t p = 0; p < document.count(); p++) {
        uint64_t hash = document.hashes[p];
        if (!hash) continue;
        int64_t first = document.owned[p] - begin, last = document.owned[p + 1] - begin, shingles = last - first - 2;
        if (p < TOP && last - first <= HEADLINE)
            for (int64_t other = 0; other < p; other++) repeats += titled(document.of(p), document.of(other));
        uint32_t place = (uint32_t)(hash >> (64 - PLACE_BITS));
        repeats += seen.at(place) > 0;
        seen.see_once(place);
        uint64_t hits = 0;
        if (shingles > 0)
            for (uint32_t of_shingle : places.part(first, first + shingles)) hits += seen.see(of_shingle);
        if (shingles >= LEAST_SHINGLES) {
            shortest = least(shortest, shingles);
            repeats += hits >= LEAST_SHINGLES && (double)hits >= LEAST_SHARE * (double)shortest;
        }
    }
    return repeats > 0;
}

// A table of hashes with open addressing: each leads to the first paragraph that had it.
struct FirstParagraphs {
    Out<uint64_t> keys;
    Out<int64_t> values;

    // At least twice as many places as entries, a power of two.
    static int64_t places_for(int64_t entries) {
        int64_t size = 16;
        while (size < 2 * entries) size *= 2;
        return size;
    }
    // The place of `key`, or the empty place where it would go.
    INLINE int64_t place(uint64_t key) const {
        int64_t mask = keys.count - 1, at = place_bits(key) & mask;
        while (keys[at] && keys[at] != key) at = (at + 1) & mask;
        return at;
    }
    // The first paragraph that had this key: `paragraph` if none had.
    INLINE int64_t first(uint64_t key, int64_t paragraph) const {
        int64_t at = place(key);
        if (keys[at] == key) return values[at];
        keys[at] = key, values[at] = paragraph;
        return paragraph;
    }
};

// An earlier paragraph, a later one of the same document, and whether their words are equal.
struct ProposedPair {
    int64_t earlier, later, equal;
};

// What `propose_in` needs, for documents of up to so many paragraphs and words.
struct ProposeRoom {
    Room<uint64_t> keys;
    Room<int64_t> values, tally, sizes, touched;
    Room<uint32_t> places;
    Room<uint64_t> seen;
    ProposeRoom(int64_t paragraphs, int64_t words)
        : keys(FirstParagraphs::places_for(paragraphs + words)), values(keys.count), tally(paragraphs), sizes(paragraphs),
          touched(paragraphs), places(words), seen(SEEN_WORDS) {
        tally.fill(0);
    }
    bool ok() const { return keys.ok && values.ok && tally.ok && sizes.ok && touched.ok && places.ok && seen.ok; }
    // Room for at least so many; returns whether there is memory.
    bool need(int64_t paragraphs, int64_t words) {
        int64_t held = tally.count, entries = FirstParagraphs::places_for(paragraphs + words);
        bool has_room = keys.need(entries) && values.need(entries) && tally.need(paragraphs) && sizes.need(paragraphs) &&
                        touched.need(paragraphs) && places.need(words);
        if (has_room && tally.count > held) tally.fill(0);
        return has_room && ok();
    }
};

// Of the touched paragraphs those that share most of the shorter one's shingles with one of `size` shingles.
// Clears their tallies.
struct Strongest {
    int64_t paragraph[PARTNERS], share[PARTNERS], count = 0;
    Out<int64_t> paragraphs() { return {paragraph, PARTNERS}; }
    Out<int64_t> shares() { return {share, PARTNERS}; }

    void find(In<int64_t> touched, Out<int64_t> tally, int64_t size, In<int64_t> sizes) {
        for (int64_t other : touched) {
            int64_t both = tally[other], shorter = least(size, sizes[other]);
            tally[other] = 0;
            if (shorter < LEAST_SHINGLES || both < LEAST_SHINGLES || (double)both < LEAST_SHARE * (double)shorter) continue;
            add(other, 1'000'000 * both / shorter);
        }
    }
    void add(int64_t other, int64_t its_share) {
        int64_t at = count;
        while (at > 0 && shares()[at - 1] < its_share) at--;
        if (at >= PARTNERS) return;
        count = least(count + 1, PARTNERS);
        for (int64_t i = count - 1; i > at; i--) {
            paragraphs()[i] = paragraphs()[i - 1];
            shares()[i] = shares()[i - 1];
        }
        paragraphs()[at] = other, shares()[at] = its_share;
    }
};

// Add the pairs of one document. Each paragraph is paired with the first that has the same words, or else with up
// to three earlier ones with which it shares most shingles. A shingle leads to the first paragraph that had it and
// no other: the work is proportional to the words, however many paragraphs are alike.
static void propose_in(const ParagraphWords &document, int64_t base, In<uint64_t> factors, ProposeRoom &room, List<ProposedPair> &pairs) {
    SeenPlaces seen = {room.seen};
    if (document.count() < 2 || !said_twice(document, room.places, seen)) return;
    int64_t begin = document.owned[0], words = document.owned[document.count()] - begin;
    int64_t size = FirstParagraphs::places_for(words + document.count());
    FirstParagraphs known = {room.keys.first(size), room.values.first(size)};
    known.keys.fill(0);
    for (int64_t p = 0; p < document.count(); p++) {
        uint64_t hash = document.hashes[p];
        if (!hash) continue;
        if (int64_t first = known.first(hash, p); first != p) {
            pairs.add({base + first, base + p, 1});
            continue;
        }
        int64_t first = document.owned[p], last = document.owned[p + 1] - 2, touched = 0;
        room.sizes[p] = most<int64_t>(0, last - first);
        for (int64_t i = first; i < last; i++) {
            if (seen.at(room.places[i - begin]) < 3) continue;
            In<uint64_t> w = document.words.part(i, i + 3);
            int64_t other = known.first(mix(w[0] * factors[0] + w[1] * factors[1] + w[2] * factors[2]) | 1, p);
            if (other == p) continue;
            if (room.tally[other]++ == 0) room.touched[touched++] = other;
        }
        if (p < TOP)
            for (int64_t other = 0; other < p; other++)
                if (titled(document.of(p), document.of(other))) pairs.add({base + other, base + p, 0});
        Strongest strongest;
        strongest.find(room.touched.first(touched), room.tally, room.sizes[p], room.sizes);
        for (int64_t i = 0; i < strongest.count; i++) pairs.add({base + strongest.paragraphs()[i], base + p, 0});
    }
}

API int64_t dd_paragraph_hashes(In<uint64_t> words, In<int64_t> owned, Out<uint64_t> out) {
    for (int64_t i = 0; i < out.count; i++) out[i] = paragraph_hash(words.part(owned[i], owned[i + 1]));
    return 0;
}

// The pairs of all documents: document i has paragraphs documents[i]:documents[i + 1].
API int64_t dd_propose(In<uint64_t> words, In<int64_t> owned, In<uint64_t> hashes, In<int64_t> documents, In<uint64_t> factors, Given *given) {
    int64_t most_paragraphs = 0, most_words = 0;
    for (int64_t i = 0; i + 1 < documents.count; i++) {
        most_paragraphs = most(most_paragraphs, documents[i + 1] - documents[i]);
        most_words = most(most_words, owned[documents[i + 1]] - owned[documents[i]]);
    }
    ProposeRoom room(most_paragraphs, most_words);
    List<ProposedPair> pairs;
    if (!room.ok()) return OUT_OF_MEMORY;
    for (int64_t i = 0; i + 1 < documents.count; i++) {
        int64_t base = documents[i], end = documents[i + 1];
        propose_in({words, owned.part(base, end + 1), hashes.part(base, end)}, base, factors, room, pairs);
    }
    if (!pairs.ok) return OUT_OF_MEMORY;
    pairs.give(*given);
    return 0;
}

// How often the words of two groups stand in each of the texts `rows`: two counts a text. `kinds`, `steps`: an
// automaton (see dedup/native/occurrences.py).
API int64_t dd_count_occurrences(In<uint8_t> data, In<int64_t> texts, In<int64_t> rows, In<uint8_t> kinds, In<uint32_t> steps, Out<int64_t> out) {
    for (int64_t place = 0; place < rows.count; place++) {
        int64_t at = texts[rows[place]], end = texts[rows[place] + 1], first = 0, second = 0;
        uint32_t state = 0;
        while (at < end) {
            uint32_t byte = data[at++], point = byte;
            if (byte >= 0x80) {
                point &= byte < 0xE0 ? 0x1F : byte < 0xF0 ? 0x0F : 0x07;
                while (at < end && (data[at] & 0xC0) == 0x80) point = point << 6 | (data[at++] & 0x3F);
            }
            uint32_t step = steps[state + (point < kinds.count ? kinds[point] : 0)];
            state = step >> 8;
            if (step & 0xFF) {
                first += step & 15;
                second += step >> 4 & 15;
            }
        }
        out[2 * place] = first;
        out[2 * place + 1] = second;
    }
    return 0;
}
