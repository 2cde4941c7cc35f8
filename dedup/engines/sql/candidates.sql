-- keys(rank BIGINT, key BIGINT, needed BIGINT, asks BOOLEAN): the keys that each document has. A document is known by its rank
-- in the order of keeping; it must share `needed` of the keys by which it asks with a document before it.
-- round(hubs BIGINT, narrow BIGINT): a key of more than `narrow` documents is wide; its first `hubs` documents are compared
-- with all others that have it.
-- Result: earlier, later: the ranks of two documents that share as many keys as the later one needs, each pair once.
-- Of a narrow key all pairs count, of a wide key only those with its first documents, which are the likeliest keepers: a key of
-- 100,000 documents would have five thousand million pairs. The first documents are looked for in 64 parts of a key first, so
-- that no worker has to sort all documents of a key.
WITH asked AS (
    SELECT key, count(*) AS documents FROM keys GROUP BY key HAVING count(*) > 1 AND bool_or(asks)
),
parts AS (
    SELECT keys.key, keys.rank, row_number() OVER (PARTITION BY keys.key, keys.rank % 64 ORDER BY keys.rank) AS seat
    FROM keys JOIN asked ON keys.key = asked.key
    WHERE asked.documents > (SELECT max(narrow) FROM round)
),
wide AS (
    SELECT key, rank, row_number() OVER (PARTITION BY key ORDER BY rank) AS seat
    FROM parts WHERE seat <= (SELECT max(hubs) FROM round)
),
hubs AS (
    SELECT keys.key, keys.rank FROM keys JOIN asked ON keys.key = asked.key WHERE asked.documents <= (SELECT max(narrow) FROM round)
    UNION ALL
    SELECT key, rank FROM wide WHERE seat <= (SELECT max(hubs) FROM round)
)
SELECT hubs.rank AS earlier, keys.rank AS later
FROM hubs JOIN keys ON hubs.key = keys.key AND hubs.rank < keys.rank
WHERE keys.asks
GROUP BY hubs.rank, keys.rank
HAVING count(*) >= max(keys.needed)
