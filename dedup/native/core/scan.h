// Documents in one pass: JSON -> paragraphs -> words -> pairs of paragraphs worth comparing -> shingles -> MinHash
// rows -> buckets, bits, samples. One document after the other, so that all that lies between stays in the caches.
#pragma once
#include "records/json.h"
#include "sets/minhash.h"
#include "text/digits.h"
#include "text/passages.h"
#include "text/text.h"
#include "text/words.h"

// How documents are scanned; as scan.py has it. `sample_floor`: 0 where no samples are wanted.
struct Plan {
    In<uint32_t> table, expansions, permutations;
    In<uint64_t> ngram_factors, band_factors, pair_factors;
    int64_t bands, sample_floor;
    uint64_t sample_limit;
    int64_t proposes_pairs, notes_passages;
};

// What a text is compared by, a row for each text: how many words it has, its fingerprint, buckets, bits, samples.
struct Signatures {
    List<int64_t> words, mark_ends, sample_ends;
    List<uint64_t> prints, buckets, marks, samples;

    bool ok() const {
        return words.ok && mark_ends.ok && sample_ends.ok && prints.ok && buckets.ok && marks.ok && samples.ok;
    }
};
struct GivenSignatures {
    Given words, prints, buckets, marks, mark_ends, samples, sample_ends;
};
static void give(Signatures &own, GivenSignatures &given) {
    own.words.give(given.words);
    own.prints.give(given.prints);
    own.buckets.give(given.buckets);
    own.marks.give(given.marks);
    own.mark_ends.give(given.mark_ends);
    own.samples.give(given.samples);
    own.sample_ends.give(given.sample_ends);
}

// Makes signatures of the words of texts, with scratch that lasts.
struct Signer {
    const Plan &plan;
    Signatures out;
    Room<uint64_t> shingles{0}, sampled{0};
    Room<uint32_t> row;
    SortRoom sorting;

    explicit Signer(const Plan &how) : plan(how), row(how.permutations.count / 2) {}

    // Add the row of a text of these words. Without memory it returns false.
    bool add(In<uint64_t> words) {
        int64_t size = most<int64_t>(words.count, 1), permutations = row.count;
        bool has_room = shingles.need(size) && sampled.need(size) && sorting.need(size) && row.ok;
        has_room &= out.buckets.reserve(plan.bands) && out.marks.reserve(mark_words(size)) && out.prints.reserve(2);
        if (!has_room) return false;
        Fingerprint print = text_fingerprint(words);
        out.words.add(words.count);
        out.prints.add(print.first);
        out.prints.add(print.second);
        In<uint64_t> grams = shingles.first(text_ngrams(words, plan.ngram_factors, shingles));
        text_minima(grams, plan.permutations.first(permutations), plan.permutations.from(permutations), row);
        text_bands(row, plan.band_factors, out.buckets.grow(plan.bands));
        text_marks(grams, out.marks.grow(mark_words(grams.count)));
        out.mark_ends.add(out.marks.count);
        if (plan.sample_floor)
            out.samples.extend(sampled.first(text_samples(grams, plan.sample_limit, plan.sample_floor, sampled, sorting)));
        out.sample_ends.add(out.samples.count);
        return out.ok();
    }
    // Add the row of a text that is signed later.
    bool leave() {
        bool has_room = out.buckets.reserve(plan.bands) && out.prints.reserve(2);
        if (!has_room) return false;
        out.words.add(0);
        out.prints.grow(2).fill(0);
        out.buckets.grow(plan.bands).fill(0);
        out.mark_ends.add(out.marks.count);
        out.sample_ends.add(out.samples.count);
        return out.ok();
    }
};

// The texts that have paragraphs worth comparing: which rows they are, their bytes, their paragraphs (bytes in
// these), the words of each paragraph, and the pairs, numbered among the paragraphs of all of them.
struct Pairs {
    List<int64_t> rows, text_ends, paragraph_starts, paragraph_ends, paragraph_counts, word_ends, pair_counts;
    List<uint8_t> texts;
    List<uint64_t> words, hashes;
    List<ProposedPair> pairs;

    bool ok() const {
        return rows.ok && text_ends.ok && paragraph_starts.ok && paragraph_ends.ok && paragraph_counts.ok && word_ends.ok &&
               pair_counts.ok && texts.ok && words.ok && hashes.ok && pairs.ok;
    }
};
struct GivenPairs {
    Given rows, texts, text_ends, paragraph_starts, paragraph_ends, paragraph_counts, words, word_ends, hashes, pairs, pair_counts;
};
static void give(Pairs &own, GivenPairs &given) {
    own.rows.give(given.rows);
    own.texts.give(given.texts);
    own.text_ends.give(given.text_ends);
    own.paragraph_starts.give(given.paragraph_starts);
    own.paragraph_ends.give(given.paragraph_ends);
    own.paragraph_counts.give(given.paragraph_counts);
    own.words.give(given.words);
    own.word_ends.give(given.word_ends);
    own.hashes.give(given.hashes);
    own.pairs.give(given.pairs);
    own.pair_counts.give(given.pair_counts);
}

// The passages of texts: see `Passage`; of text i those up to ends[i], none where they are not wanted.
struct Passages {
    List<uint64_t> keys;
    List<uint16_t> facts;
    List<int64_t> ends;
    bool ok() const { return keys.ok && facts.ok && ends.ok; }
};
struct GivenPassages {
    Given keys, facts, ends;
};
static void give(Passages &own, GivenPassages &given) {
    own.keys.give(given.keys);
    own.facts.give(given.facts);
    own.ends.give(given.ends);
}

// What a scan finds of its texts. `characters`: of each.
struct GivenScan {
    Given characters;
    GivenSignatures signatures;
    GivenPairs found;
    GivenPassages passages;
};

constexpr int64_t PADDING = WINDOW + BLOCK; // bytes behind a text that may be read with it

// Takes texts one after the other.
struct Scanner {
    const Plan &plan;
    Signer signer;
    Pairs found;
    Passages passages;
    PassageReader reader;
    List<int64_t> characters, owned;
    List<uint64_t> hashes;
    Paragraphs paragraphs;
    Room<uint64_t> words{0};
    ProposeRoom room{0, 0};

    explicit Scanner(const Plan &how) : plan(how), signer(how) {}

    // Take data[start:end]; `is_noted`: whether its passages are wanted, if any are. Without memory it returns false.
    bool text(In<uint8_t> data, int64_t start, int64_t end, bool is_noted) {
        if (!words.need(end - start + 1)) return false;
        paragraphs.starts.drop(0), paragraphs.ends.drop(0), owned.drop(0), hashes.drop(0);
        split_text(data, start, end, paragraphs);
        Unicode unicode = {plan.table, plan.expansions};
        int64_t count = paragraphs.starts.count, n = 0;
        owned.add(0);
        for (int64_t i = 0; i < count && paragraphs.ok(); i++) {
            In<uint8_t> from = data.from(paragraphs.starts[i]);
            n = words_of(from, 0, paragraphs.ends[i] - paragraphs.starts[i], unicode, words, n);
            owned.add(n);
        }
        characters.add(characters_of(data.part(start, end)));
        if (!paragraphs.ok() || !owned.ok || !characters.ok) return false;
        if (plan.notes_passages && !note(data, is_noted ? count : 0)) return false;
        if (!plan.proposes_pairs || count < 2) return signer.add(words.first(n));
        return compare(data.part(start, end), start, n);
    }
    // Note the first `count` of the paragraphs just found.
    bool note(In<uint8_t> data, int64_t count) {
        bool ok = true;
        for (int64_t i = 0; i < count && ok; i++) {
            In<uint64_t> own = words.part(owned[i], owned[i + 1]);
            Passage passage = reader.read(data, paragraphs.starts[i], paragraphs.ends[i], own, {plan.table, plan.expansions}, ok);
            passages.keys.add(passage.key);
            passages.facts.add(passage.facts);
        }
        passages.ends.add(passages.keys.count);
        return ok && passages.ok();
    }
    // Sign the text of the paragraphs just found, or keep it where it has pairs.
    bool compare(In<uint8_t> text, int64_t start, int64_t n) {
        int64_t count = paragraphs.starts.count, before = found.pairs.count;
        for (int64_t i = 0; i < count; i++) hashes.add(paragraph_hash(words.part(owned[i], owned[i + 1])));
        if (!hashes.ok || !room.need(count, n)) return false;
        ParagraphWords of_text = {words, owned.all(), hashes.all()};
        propose_in(of_text, found.paragraph_starts.count, plan.pair_factors, room, found.pairs);
        if (!found.pairs.ok) return false;
        if (found.pairs.count == before) return signer.add(words.first(n));
        int64_t shift = found.texts.count - start, words_before = found.words.count;
        found.rows.add(characters.count - 1);
        found.texts.extend(text);
        found.text_ends.add(found.texts.count);
        for (int64_t i = 0; i < count; i++) {
            found.paragraph_starts.add(paragraphs.starts[i] + shift);
            found.paragraph_ends.add(paragraphs.ends[i] + shift);
            found.word_ends.add(words_before + owned[i + 1]);
        }
        found.paragraph_counts.add(count);
        found.words.extend(words.first(n));
        found.hashes.extend(hashes.all());
        found.pair_counts.add(found.pairs.count - before);
        return found.ok() && signer.leave();
    }
    void give_to(GivenScan &given) {
        characters.give(given.characters);
        give(signer.out, given.signatures);
        give(found, given.found);
        give(passages, given.passages);
    }
};

// What was read of n records besides their texts: see `Objects` in records.py, which has the same names. One row a
// record; of a scan the texts are those of the records that were READ.
struct GivenRecords {
    Given kinds, ids, id_bounds, named, literals, orders, urls, titles;
};

// Scan the records data[low[i]:high[i]], disjoint and in order. Costs 5 to 6 ns a byte with 128 permutations.
API int64_t dd_scan_records(In<uint8_t> data, In<int64_t> low, In<int64_t> high, In<uint8_t> text, In<uint8_t> id, In<uint8_t> order,
                            In<uint8_t> url, In<uint8_t> title, const Plan *plan, GivenScan *scan, GivenRecords *records) {
    FieldNames fields = {text, id, order, url, title};
    Scanner scanner(*plan);
    Room<uint8_t> read(0), read_id(0);
    List<uint8_t> kinds, ids, named;
    List<int64_t> id_bounds;
    List<ValueSpan> literals, orders, urls, titles;
    id_bounds.add(0);
    for (int64_t i = 0; i < low.count; i++) {
        int64_t size = high[i] - low[i];
        if (!read.need(size + BLOCK + PADDING) || !read_id.need(size + BLOCK)) return OUT_OF_MEMORY;
        Record record = read_record(data, low[i], high[i], fields, read, 0, read_id, 0);
        if (record.kind == READ) {
            read.part(record.text_end, record.text_end + PADDING).fill(' ');
            bool has_url = record.url.end > record.url.start || plan->notes_passages > 1;
            if (!scanner.text(read.first(record.text_end + PADDING), 0, record.text_end, has_url)) return OUT_OF_MEMORY;
        }
        kinds.add(record.kind);
        ids.extend(read_id.first(record.id_end));
        id_bounds.add(ids.count);
        named.add(record.has_id);
        literals.add(record.literal);
        orders.add(record.order);
        urls.add(record.url);
        titles.add(record.title);
    }
    if (!(kinds.ok && ids.ok && id_bounds.ok && named.ok && literals.ok && orders.ok && urls.ok && titles.ok)) return OUT_OF_MEMORY;
    scanner.give_to(*scan);
    kinds.give(records->kinds);
    ids.give(records->ids);
    id_bounds.give(records->id_bounds);
    named.give(records->named);
    literals.give(records->literals);
    orders.give(records->orders);
    urls.give(records->urls);
    titles.give(records->titles);
    return 0;
}

// Scan the texts data[bounds[i]:bounds[i + 1]].
API int64_t dd_scan_texts(In<uint8_t> data, In<int64_t> bounds, const Plan *plan, GivenScan *scan) {
    Scanner scanner(*plan);
    for (int64_t i = 0; i + 1 < bounds.count; i++)
        if (!scanner.text(data, bounds[i], bounds[i + 1], true)) return OUT_OF_MEMORY;
    scanner.give_to(*scan);
    return 0;
}

// Sign texts by the words that are left of them: text i has paragraphs owned[i]:owned[i + 1], paragraph j
// words[bounds[j]:bounds[j + 1]], none of them where it is cut.
API int64_t dd_sign(In<uint64_t> words, In<int64_t> bounds, In<int64_t> owned, In<bool> is_cut, const Plan *plan, GivenSignatures *given) {
    Signer signer(*plan);
    List<uint64_t> left;
    for (int64_t i = 0; i + 1 < owned.count; i++) {
        left.drop(0);
        for (int64_t paragraph = owned[i]; paragraph < owned[i + 1]; paragraph++)
            if (!is_cut[paragraph]) left.extend(words.part(bounds[paragraph], bounds[paragraph + 1]));
        if (!left.ok || !signer.add(left.all())) return OUT_OF_MEMORY;
    }
    give(signer.out, *given);
    return 0;
}
