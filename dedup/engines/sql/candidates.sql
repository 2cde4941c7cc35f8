-- keys(rank BIGINT, key BIGINT, needed BIGINT, asks BOOLEAN): the documents by their rank in the order of keeping, the keys
-- that each holds, of how many of those by which it asks it must share with one before it.
-- round(hubs BIGINT, narrow BIGINT): how many documents of a wide key the others meet, and up to how many a key is narrow.
-- Result: earlier, later: the ranks of two documents that share as many keys as the later one needs, each pair once.
-- Of a narrow key all pairs count; of a wider one those with its first documents, which are its
-- likeliest keepers: a key of 100,000 would have five thousand million pairs. These are looked for in 64 parts of a key
-- first: nobody has to sort all of its documents.
WITH held AS (
    SELECT key, count(*) AS documents FROM keys GROUP BY key HAVING count(*) > 1 AND bool_or(asks)
),
parts AS (
    SELECT keys.key, keys.rank, row_number() OVER (PARTITION BY keys.key, keys.rank % 64 ORDER BY keys.rank) AS seat
    FROM keys JOIN held ON keys.key = held.key
    WHERE held.documents > (SELECT max(narrow) FROM round)
),
wide AS (
    SELECT key, rank, row_number() OVER (PARTITION BY key ORDER BY rank) AS seat
    FROM parts WHERE seat <= (SELECT max(hubs) FROM round)
),
hubs AS (
    SELECT keys.key, keys.rank FROM keys JOIN held ON keys.key = held.key WHERE held.documents <= (SELECT max(narrow) FROM round)
    UNION ALL
    SELECT key, rank FROM wide WHERE seat <= (SELECT max(hubs) FROM round)
)
SELECT hubs.rank AS earlier, keys.rank AS later
FROM hubs JOIN keys ON hubs.key = keys.key AND hubs.rank < keys.rank
WHERE keys.asks
GROUP BY hubs.rank, keys.rank
HAVING count(*) >= max(keys.needed)
